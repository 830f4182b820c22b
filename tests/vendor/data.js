// data.js csv INPUTS OUTPUTS: samples. data.js arrays FOLDER INPUTS TIMES OUTPUTS KIND ROWS SIGNALS: samples.json and NPY
// files of it; KIND is real or classes, of which some are missing, or none. data.js header TYPE SAMPLES OUTPUTS MODEL
// GRADIENT TRAINED PREDICTION.csv PRODUCT: what harness.c compares with, from the files that costate wrote; PRODUCT may be
// "-".
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

function npy(path, shape, values) {
  const head = `{'descr': '<f8', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(117) + '\n';
  const bytes = Buffer.alloc(10 + head.length + 8 * values.length);
  bytes.write('\x93NUMPY\x01\x00', 0, 'latin1');
  bytes.writeUInt16LE(head.length, 8);
  bytes.write(head, 10, 'latin1');
  values.forEach((value, i) => bytes.writeDoubleLE(value, 10 + head.length + 8 * i));
  fs.writeFileSync(path, bytes);
}

// Targets are what the solver gets: classes as a 1 among zeros.
function arrays(folder, inputs, times, outputs, kind, rows, signals) {
  const many = (count, value) => [...Array(count).keys()].map(value);
  const x = many(SAMPLES * inputs, i => 1 + 0.4 * Math.sin(7 * i + 1));
  const drive = many(SAMPLES * rows * signals, i => 0.3 * Math.cos(3 * i));
  const missing = i => i % 5 === 3;
  let labels = [], target = [];
  if (kind === 'real')
    labels = target = many(SAMPLES * times * outputs, i => missing(i) ? NaN : Math.cos(i));
  if (kind === 'classes') {
    labels = many(SAMPLES * times, i => missing(i) ? NaN : i % outputs);
    target = labels.flatMap(label => many(outputs, j => isNaN(label) ? NaN : +(j === label)));
  }
  npy(`${folder}/x.npy`, [SAMPLES, inputs], x);
  if (labels.length) npy(`${folder}/labels.npy`, kind === 'real' ? [SAMPLES, times, outputs] : [SAMPLES, times], labels);
  if (drive.length) npy(`${folder}/signals.npy`, [SAMPLES, rows, signals], drive);
  fs.writeFileSync(`${folder}/samples.json`, JSON.stringify({ x, target, signals: drive }));
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

// The columns p1, p2, ... of predictions.
function predictions(path) {
  const names = fs.readFileSync(path, 'utf8').split('\n')[0].split(',');
  return numbers(path).flatMap(row => row.filter((_, k) => /^[py]\d+$/.test(names[k])));
}

// Rows of numbers under a C name; 17 digits read back as they were.
function array(name, type, values) {
  const text = v => v === null || isNaN(v) ? '(0.0 / 0.0)' : Number(v).toExponential(16);
  return `static const ${type} ${name}[] = {${values.map(text).join(', ')}};\n`;
}

// x and targets of a table.
function table(path, outputs) {
  const inputs = fs.readFileSync(path, 'utf8').split('\n')[0].split(',').filter(name => name[0] === 'x').length;
  const rows = numbers(path);
  const target = rows.map(row => row.slice(inputs)).flatMap(label =>
    label.length > 1 || outputs === 1 ? label.map(Number) : [...Array(outputs).keys()].map(j => +(j === +label[0])));
  return { x: rows.flatMap(row => row.slice(0, inputs)), target, signals: [] };
}

function header(type, samples, outputs, model, gradient, trained, prediction, product) {
  const all = tensors(model), bars = tensors(gradient), after = tensors(trained);
  const data = samples.endsWith('.json') ? JSON.parse(fs.readFileSync(samples)) : table(samples, outputs);
  const params = all.order.filter(name => name !== 'x');
  const flat = from => params.flatMap(name => from.found[name] || all.found[name].map(() => 0));
  const known = predictions(prediction), learnt = all.found.x;
  const option = (macro, holds, value) => `#define ${macro} ${holds ? value : ''}\n`;
  return `enum { SAMPLES = ${SAMPLES}, PREDICTIONS = ${known.length} };\n` +
    option('SIGNALS', data.signals.length, 'signals,') + (data.signals.length ? '#define HAS_SIGNALS 1\n' : '') +
    option('TARGET', data.target.length, 'target,') + option('X_BAR', learnt, 'x_bar,') +
    (learnt ? '#define LEARNS_X 1\n' + array('x_bar_known', 'double', bars.found.x) +
              array('x_end', 'double', after.found.x) : '') +
    (data.signals.length ? array('signals', type, data.signals) : '') +
    (product === '-' ? '' : '#define HESSIAN 1\n' + array('product_known', 'double', flat(tensors(product)))) +
    array('x', type, learnt || data.x) + (data.target.length ? array('target', type, data.target) : '') +
    array('start', type, flat(all)) + array('bar', 'double', flat(bars)) + array('end', 'double', flat(after)) +
    array('known', 'double', known);
}

const [command, ...args] = process.argv.slice(2);
if (command === 'csv') process.stdout.write(csv(+args[0], +args[1], args[2] === 'real'));
if (command === 'arrays')
  arrays(args[0], ...args.slice(1, 4).map(Number), args[4], ...args.slice(5).map(Number));
if (command === 'header') process.stdout.write(header(args[0], args[1], +args[2], ...args.slice(3)));
