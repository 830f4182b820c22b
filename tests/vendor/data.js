// data.js csv INPUTS OUTPUTS: samples. data.js header TYPE SAMPLES.csv OUTPUTS MODEL GRADIENT TRAINED PREDICTION.csv:
// what harness.c compares with, from the files that costate wrote.
const fs = require('fs');
const SAMPLES = 11;

function csv(inputs, outputs, real) {
  const names = [...Array(inputs).keys()].map(i => `x${i}`);
  const labels = real ? [...Array(outputs).keys()].map(j => `t${j}`) : ['label'];
  const rows = [...Array(SAMPLES).keys()].map(i => {
    const x = names.map((_, k) => (Math.sin(7 * i + 3 * k + 1)).toFixed(3));
    return x.concat(real ? labels.map((_, j) => Math.cos(i + j).toFixed(3)) : [i % Math.max(outputs, 2)]);
  });
  return [names.concat(labels)].concat(rows).map(row => row.join(',')).join('\n') + '\n';
}

function tensors(path) {
  const bytes = fs.readFileSync(path), size = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + size)), found = {};
  delete header.__metadata__;
  for (const [name, { data_offsets: [from, to] }] of Object.entries(header)) {
    found[name] = [];
    for (let at = 8 + size + from; at < 8 + size + to; at += 8) found[name].push(bytes.readDoubleLE(at));
  }
  return { order: Object.keys(header).sort((a, b) => header[a].data_offsets[0] - header[b].data_offsets[0]), found };
}

function numbers(path) {
  return fs.readFileSync(path, 'utf8').trim().split('\n').slice(1).map(row => row.split(','));
}

// Rows of numbers under a C name; 17 digits read back as they were.
function array(name, type, values) {
  return `static const ${type} ${name}[] = {${values.map(v => Number(v).toExponential(16)).join(', ')}};\n`;
}

function header(type, samples, outputs, model, gradient, trained, prediction) {
  const all = tensors(model), bars = tensors(gradient), after = tensors(trained), rows = numbers(samples);
  const inputs = fs.readFileSync(samples, 'utf8').split('\n')[0].split(',').filter(name => name[0] === 'x').length;
  const flat = (from) => all.order.flatMap(name => from.found[name] || all.found[name].map(() => 0));
  const targets = rows.map(row => row.slice(inputs)).flatMap(label =>
    label.length > 1 || outputs === 1 ? label.map(Number) : [...Array(outputs).keys()].map(j => +(j === +label[0])));
  return `enum { SAMPLES = ${SAMPLES} };\n` +
    array('x', type, rows.flatMap(row => row.slice(0, inputs))) + array('target', type, targets) +
    array('start', type, flat(all)) + array('bar', 'double', flat(bars)) + array('end', 'double', flat(after)) +
    array('known', 'double', numbers(prediction).flatMap(row => row.slice(0, outputs)));
}

const [command, ...args] = process.argv.slice(2);
process.stdout.write(command === 'csv' ? csv(+args[0], +args[1], args[2] === 'real')
                                       : header(args[0], args[1], +args[2], ...args.slice(3)));
