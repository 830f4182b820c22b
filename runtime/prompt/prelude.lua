-- The part of the prompt's API that is written in Lua. `core` holds what C gives; see console.c.
local core = ...
local matrix = {}

local function cell(v) return type(v) == "number" and string.format("%.6g", v) or tostring(v) end

local function lines(rows)
  local width, out = 0, {}
  for _, row in ipairs(rows) do for _, v in ipairs(row) do width = math.max(width, #cell(v)) end end
  for i, row in ipairs(rows) do
    local cells = {}
    for j, v in ipairs(row) do cells[j] = string.rep(" ", width - #cell(v)) .. cell(v) end
    out[i] = table.concat(cells, "  ")
  end
  return table.concat(out, "\n")
end

function matrix.__tostring(t)
  if type(t[1]) ~= "table" then return lines({ t }) end
  if type(t[1][1]) ~= "table" then return lines(t) end
  local out = {}
  for i, m in ipairs(t) do out[i] = "[" .. i .. "]\n" .. lines(m) end
  return table.concat(out, "\n")
end

local function fold(flat, shape, level, at)
  local t = setmetatable({}, matrix)
  for i = 1, shape[level] do
    if level == #shape then t[i], at = flat[at], at + 1 else t[i], at = fold(flat, shape, level + 1, at) end
  end
  return t, at
end

local tensors = {}
function tensors.__tostring(t)
  local out = {}
  for _, name in ipairs(t[1]) do out[#out + 1] = name .. " =\n" .. tostring(t[name]) end
  return table.concat(out, "\n")
end

-- The tensors in flat, and x: the learnt inputs, or their derivative, in as many rows.
local function named(net, flat, x, rows)
  local t = setmetatable({ {} }, tensors)
  for _, tensor in ipairs(core.tensors(net.core)) do
    local values = table.move(flat, tensor.offset + 1, tensor.offset + tensor.size, 1, {})
    t[tensor.name] = #tensor.shape > 0 and fold(values, tensor.shape, 1, 1) or values[1]
    t[1][#t[1] + 1] = tensor.name
  end
  if x then t.x, t[1][#t[1] + 1] = fold(x, { rows, #x // rows }, 1, 1), "x" end
  return t
end

-- The text of a function: what compiles to the same code, of all that stands between a "function" and an "end" in the
-- lines that it was written in.
local compile = load
local function text_of_function(f)
  for i = 1, 255 do
    local name = debug.getupvalue(f, i)
    if not name then break end
    if name ~= "_ENV" then
      error("a spec does not know the local variable " .. name .. " that this function uses", 0)
    end
  end
  local info, lines = debug.getinfo(f, "S"), {}
  if info.what == "C" then error("this function has no text: it is not written in Lua", 0) end
  local text, code = info.source, string.dump(f, true)
  if text:sub(1, 1) == "@" then text = core.read(text:sub(2)) end
  for line in (text .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  text = table.concat(lines, "\n", info.linedefined, info.lastlinedefined)
  for first in text:gmatch "()function" do
    for last in text:gmatch "end()" do
      local part = last > first and text:sub(first, last - 1):gsub("^function%s+[%w_.]+", "function") or ""
      local chunk = compile(string.rep("\n", info.linedefined - 1) .. "return " .. part)
      if chunk and string.dump(chunk() or error, true) == code then return part end
    end
  end
  error("the text of this function is not to be found", 0)
end

-- Specs are text of their own: what is set here is written down and read by the sandbox of specs.
local written = {}
local function write(v)
  if getmetatable(v) == written then return v.text end
  if type(v) == "function" then return text_of_function(v) end
  if type(v) ~= "table" then return type(v) == "string" and string.format("%q", v) or tostring(v) end
  local parts = {}
  for k, x in pairs(v) do parts[#parts + 1] = "[" .. write(k) .. "] = " .. write(x) end
  table.sort(parts)
  return "{ " .. table.concat(parts, ", ") .. " }"
end
for _, name in ipairs { "tableau", "normal", "uniform", "cosine", "matrix", "vector", "scalar" } do
  _G[name] = function(...)
    local parts = {}
    for i, v in ipairs { ... } do parts[i] = write(v) end
    return setmetatable({ text = name .. "(" .. table.concat(parts, ", ") .. ")" }, written)
  end
end

function written.__tostring(v) return v.text end

-- ---- values as text ----

-- A value as Lua has it, in one line where it is short; of long tables the first entries.
local MOST_ENTRIES, MOST_DEPTH, LONGEST_LINE = 20, 6, 100
local function literal(v, indent, depth)
  local meta = getmetatable(v)
  if type(v) == "string" then return (string.format("%q", v):gsub("\\\n", "\\n")) end
  if type(v) == "function" then
    local info = debug.getinfo(v, "S")
    local file = info.source:match "^@(.*)"
    return (info.what == "C" or info.source == "=prelude") and "function: builtin" or
           ("function: %s%s"):format(file and file .. ":" or "line ", info.linedefined)
  end
  if type(v) ~= "table" or (meta and meta.__tostring and not meta.values) then return tostring(v) end
  if depth > MOST_DEPTH then return "{ .. }" end
  local parts, count, inner = {}, 0, indent .. "  "
  local function add(text)
    count = count + 1
    if count <= MOST_ENTRIES then parts[count] = text end
  end
  for _, x in ipairs(v) do add(literal(x, inner, depth + 1)) end
  local keys, length = {}, #v
  for k in pairs(v) do if math.type(k) ~= "integer" or k < 1 or k > length then keys[#keys + 1] = k end end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  for _, k in ipairs(keys) do
    local name = type(k) == "string" and k:match "^[%a_][%w_]*$" and k or "[" .. literal(k, inner, depth + 1) .. "]"
    add(name .. " = " .. literal(v[k], inner, depth + 1))
  end
  if count > MOST_ENTRIES then parts[#parts + 1] = (".. %d more"):format(count - MOST_ENTRIES) end
  local line = table.concat(parts, ", ")
  if #line <= LONGEST_LINE and not line:find "\n" then return count == 0 and "{}" or "{ " .. line .. " }" end
  return "{\n" .. inner .. table.concat(parts, ",\n" .. inner) .. "\n" .. indent .. "}"
end

-- What the prompt, and print, show of a value.
function core.show(v)
  local meta = getmetatable(v)
  if type(v) == "string" or (meta and meta.__tostring) then return tostring(v) end
  return literal(v, "", 1)
end
function print(...)
  local shown = table.pack(...)
  for i = 1, shown.n do shown[i] = core.show(shown[i]) end
  io.write(table.concat(shown, "\t", 1, shown.n), "\n")
end

local methods, network = {}, {}

-- ---- what was typed ----

-- Where the line is that is so many calls away.
local function place(level)
  local info = debug.getinfo(level, "Sl")
  local file = info and info.source:match "^@(.*)"
  return (file or "prompt") .. ":" .. (info and info.currentline > 0 and info.currentline or 1)
end

-- f(...), whose errors are of the line that called what calls this.
local function called(f, ...)
  local results = table.pack(pcall(f, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  local message = results[2]
  if type(message) ~= "string" then error(message, 0) end
  message = message:gsub("^prelude:%d+: ", "")
  local here = place(4) .. ": "
  error(message, message:sub(1, #here) == here and 0 or 3) -- what was typed in that line says so itself
end

local function names_of(set)
  local found = {}
  for name in pairs(set) do found[#found + 1] = tostring(name) end
  table.sort(found)
  return found
end

local function hint(name, set)
  local nearest = core.nearest(tostring(name), names_of(set))
  return nearest and ("; did you mean \"%s\"?"):format(nearest) or ""
end

-- An error for a key that options may not have.
local function check_keys(method, options, known, example)
  if type(options) ~= "table" then error(method .. " takes a table: " .. example, 0) end
  for key in pairs(options) do
    if not known[key] then
      if math.type(key) then error(("%s takes keys with values: %s"):format(method, example), 0) end
      if core.keys[key] then
        error(("%s has no \"%s\", which is a key of the network: net.%s = .."):format(method, key, key), 0)
      elseif core.inner_keys.train[key] then
        error(("%s has no \"%s\", which belongs to the network's train: net.train = { %s = .. }"):format(method, key,
              key), 0)
      end
      error(("%s has no \"%s\"%s"):format(method, tostring(key), hint(key, known)), 0)
    end
  end
end

local function check_text(method, value, optional)
  if type(value) ~= "string" and not (optional and value == nil) then
    error(("%s takes a name in quotes, not %s"):format(method, value == nil and "nothing" or "a " .. type(value)), 0)
  end
  return value
end

-- The numbers of rows, one behind the other; what: how messages call them.
local function flatten(what, rows, out)
  local list = type(rows) == "table" and rows or { rows }
  for key, v in pairs(list) do
    if math.type(key) ~= "integer" or key < 1 or key > #list then
      error(("%s is a list of numbers, or of lists of them; it has no \"%s\""):format(what, tostring(key)), 0)
    end
  end
  for _, v in ipairs(list) do
    if type(v) == "table" then flatten(what, v, out) else out[#out + 1] = v end
  end
  return out
end
local function flat_or_nil(what, rows) return rows ~= nil and flatten(what, rows, {}) or nil end

-- ---- methods ----

local trained = {}
function trained.__tostring(t) return rawget(t, trained) end

function methods:train(options)
  local unit = core.get(self.core, "unit")
  local iterations = core.get(self.core, "iterations")
  if options ~= nil then
    check_keys("train", options, { iterations = true, [unit] = true }, "net:train { iterations = 500 }")
    local given = options.iterations or options[unit]
    local whole = math.type(given) and math.tointeger(given)
    if given and not (whole and whole >= 0) then
      error(("iterations is a whole number from 0 on, not %s"):format(literal(given, "", 1)), 0)
    end
    iterations = math.tointeger(given or iterations)
  end
  local result = core.train(self.core, iterations)
  result[trained], result.line = result.line, nil
  return setmetatable(result, trained)
end
-- The place of a class, from 1: of its name, or of its number from 0.
local function class_of(label, names, classes)
  local name = math.type(label) and ("%.14g"):format(label) or tostring(label)
  for i, known in ipairs(names or {}) do if known == name then return i end end
  local number = math.type(label) and math.tointeger(label)
  if number and number >= 0 and number < classes then return number + 1 end
  error(("%s is no class: these are %s"):format(literal(label, "", 1),
        names and table.concat(names, ", ") or ("0 to %d"):format(classes - 1)), 0)
end
-- Targets as numbers: of classes they may be their names, or their numbers from 0, one for each observation of a sample.
local function targets(net, x, c)
  local flat, named = flat_or_nil("c", c), false
  local classes, m = core.get(net.core, "classes"), core.get(net.core, "outputs")
  if not flat or classes == 0 then return flat end
  for _, v in ipairs(flat) do named = named or type(v) == "string" end
  local rows = x and #x // core.get(net.core, "inputs") * core.get(net.core, "observations") or 0
  if m > 1 and #flat ~= rows and #flat ~= rows * m then
    error(("c has %d entries: %d are wanted, a class for each target, or %d, with a 1 in the place of its class"):format(
          #flat, rows, rows * m), 0)
  end
  if not named and (m == 1 or #flat == rows * m) then return flat end
  local names, out = core.classes(net.core, named), {}
  for i, label in ipairs(flat) do
    local class = label == label and class_of(label, names, classes)
    for j = 1, m do
      out[(i - 1) * m + j] = not class and label or m == 1 and class - 1 or class == j and 1 or 0
    end
  end
  return out
end
function methods:gradient(x, s, c)
  if core.get(self.core, "signals") == 0 then s, c = nil, s end
  local rows = flat_or_nil("x", x)
  return named(self, core.gradient(self.core, rows, flat_or_nil("s", s), targets(self, rows, c)))
end
-- v: tensors by name, of the shapes of net:params(); those that it lacks are as in `rest`, or 0. Behind them its x, where
-- no tensor is called so.
local function tensor_values(net, what, v, rest)
  local known, flat = {}, {}
  for _, tensor in ipairs(core.tensors(net.core)) do
    local values = v[tensor.name] ~= nil and flatten(tensor.name, v[tensor.name], {}) or nil
    known[tensor.name] = true
    if values and #values ~= tensor.size then
      error(("%s of %s has %d numbers, not %d"):format(what, tensor.name, #values, tensor.size), 0)
    end
    for i = 1, tensor.size do
      local value = values and values[i] or not values and rest and rest[tensor.offset + i] or 0.0
      if math.type(value) == nil or value - value ~= 0 then
        error(("%s is no finite number"):format(tensor.name), 0)
      end
      flat[#flat + 1] = value
    end
  end
  for name in pairs(v) do
    if name ~= 1 and name ~= "x" and not known[name] then
      error(("there is no tensor %s%s"):format(tostring(name), hint(name, known)), 0)
    end
  end
  return flat, not known.x and v.x or nil
end
function methods:hessian(v, x, s, c)
  if type(v) ~= "table" then error("a direction is a table of tensors by name, such as net:gradient()", 0) end
  if core.get(self.core, "signals") == 0 then s, c = nil, s end
  local direction, way = tensor_values(self, "the direction", v)
  local rows = flat_or_nil("x", x)
  return named(self, core.hessian(self.core, direction, flat_or_nil("x", way), rows, flat_or_nil("s", s),
                                  targets(self, rows, c)))
end
local function predictions(net, flat)
  local m, times = core.get(net.core, "outputs"), core.get(net.core, "observations")
  return (fold(flat, times > 1 and { #flat // (m * times), times, m } or { #flat // m, m }, 1, 1))
end
function methods:predict(x, s)
  if x == nil then error("predict takes rows: net:predict { { 0.1, 0.2 } }", 0) end
  return predictions(self, core.predict(self.core, flatten("x", x, {}), flat_or_nil("s", s)))
end
-- The lower and the upper ends of the 95 % bands of what net:predict gives, after a training by gaussnewton.
function methods:bands(x, s)
  if x == nil then error("bands takes rows: net:bands { { 0.1, 0.2 } }", 0) end
  local lower, upper = core.bands(self.core, flatten("x", x, {}), flat_or_nil("s", s))
  return predictions(self, lower), predictions(self, upper)
end
-- Without v the parameters; with it those that it names are set.
function methods:params(v)
  if v == nil then return named(self, core.params(self.core), core.inputs(self.core)) end
  if type(v) ~= "table" then error("params takes tensors by name: net:params { W = { { 1, 0 } } }", 0) end
  local x, inputs = v.x, core.inputs(self.core)
  if x ~= nil and not inputs then error("there is no x to set: training has learnt no inputs yet", 0) end
  if x ~= nil then
    x = flatten("x", x, {})
    if #x ~= #inputs then error(("x has %d numbers, not %d"):format(#x, #inputs), 0) end
  end
  core.set_params(self.core, tensor_values(self, "the value", v, core.params(self.core)), x)
end
function methods:check() return core.check(self.core) end
function methods:source() return core.source(self.core) end
function methods:tableau() return core.tableau(self.core) end
function methods:emit(folder) return core.emit(self.core, check_text("emit", folder, true)) end
function methods:save(file) return core.save(self.core, check_text("save", file)) end
function methods:load(file) core.load(self.core, check_text("load", file)) end
function methods:plot(name, folder)
  return core.plot(self.core, check_text("plot", name, true), check_text("plot", folder, true) or "out/plots")
end

-- Every method tells who called it what is wrong.
for name, f in pairs(methods) do
  local most = debug.getinfo(f, "u").nparams - 1
  methods[name] = function(net, ...)
    local given = select("#", ...)
    if getmetatable(net) ~= network then
      error(("a network was expected: write net:%s(...), with a colon"):format(name), 2)
    elseif given > most then
      error(("%s takes no more than %d arguments"):format(name, most), 2)
    end
    local results = table.pack(called(f, net, ...)) -- no tail call, which would hide the caller
    return table.unpack(results, 1, results.n)
  end
end

-- The keys of the network: what its spec says, with what it has where that says nothing. Functions are those that were
-- set here, or where they stand.
local environment = { inf = math.huge, code = function(text) return setmetatable({ text = text }, written) end }
for _, name in ipairs { "normal", "uniform", "cosine", "matrix", "vector", "scalar" } do environment[name] = _G[name] end

local function keys_of(net)
  local known = rawget(net, "known")
  if known and known.core == net.core then return known.keys end
  local text, keys = core.network_keys(net.core)
  for k, v in pairs(compile("return " .. text, "keys", "t", environment)()) do
    local into = keys[k]
    if type(into) == "table" and type(v) == "table" and (k == "head" or k == "train" or k == "data") then
      for inner, x in pairs(v) do into[inner] = x end
    else
      keys[k] = v
    end
  end
  for k, v in pairs(net.changes) do if type(v) == "function" then keys[k] = v end end
  rawset(net, "known", { core = net.core, keys = keys })
  return keys
end

local change

-- A table of the keys, in which what is set is set in the network.
local function view(net, path, values)
  local meta = { values = values }
  local known = core.inner_keys[path]
  function meta.__index(_, k)
    local v = values[k]
    if v == nil and known and type(k) == "string" and not known[k] then
      error(("%s has no \"%s\"%s"):format(path, k, hint(k, known)), 2)
    end
    return type(v) == "table" and getmetatable(v) ~= written and view(net, path .. "." .. tostring(k), v) or v
  end
  function meta.__newindex(_, k, v)
    local done, message = pcall(change, net, { [path .. "." .. tostring(k)] = v }, place(3))
    if not done then error(message, 0) end
  end
  function meta.__pairs() return pairs(values) end
  function meta.__len() return #values end
  function meta.__tostring() return literal(values, "", 1) end
  -- net.train is the table, and net:train { .. } the method
  function meta.__call(_, ...)
    if path ~= "train" then error(("net.%s is a table, and cannot be called"):format(path), 2) end
    return methods.train(...)
  end
  return setmetatable({}, meta)
end

function network.__index(net, key)
  if methods[key] and key ~= "train" then return methods[key] end
  local value = keys_of(net)[key]
  if type(value) == "table" and getmetatable(value) ~= written then return view(net, key, value) end
  if value == nil and not core.keys[key] then
    local known = {}
    for name in pairs(core.keys) do known[name] = true end
    for name in pairs(methods) do known[name] = true end
    error(("a network has no \"%s\"%s"):format(tostring(key), hint(key, known)), 2)
  end
  return value
end

-- The keys in one table, and behind it what is set within others, in order.
local function written_changes(changes)
  local whole, within, parts = {}, {}, {}
  for k, v in pairs(changes) do
    if tostring(k):find(".", 1, true) then within[#within + 1] = k else whole[k] = v end
  end
  table.sort(within)
  parts[1] = write(whole)
  for i, k in ipairs(within) do parts[i + 1] = write { [k] = changes[k] } end
  return table.concat(parts, ", ")
end

-- Several keys at once: derived and compiled anew; where that fails, all is as it was. The training alone changes no
-- parameters.
function change(net, keys, where)
  local changes, training = {}, true
  for k, v in pairs(net.changes) do
    local kept = true -- what was set within a table that is set now goes
    for new in pairs(keys) do kept = kept and tostring(k):sub(1, #tostring(new) + 1) ~= tostring(new) .. "." end
    if kept then changes[k] = v end
  end
  if keys.activation and changes.field then changes.field, changes.controls, changes.init = nil end
  if keys.field then changes.activation = nil end
  for k, v in pairs(keys) do changes[k], training = v, training and tostring(k):match "^[^.]*" == "train" end
  local before = rawget(net, "core")
  local opened = core.open(net.path, written_changes(changes), where)
  if training then core.adopt(opened, before) end
  rawset(net, "core", opened)
  rawset(net, "changes", changes)
end
function methods.set(net, keys)
  if getmetatable(net) ~= network then error("a network was expected: write net:set { ... }, with a colon", 2) end
  if type(keys) ~= "table" then error("set takes a table: net:set { width = 3 }", 2) end
  local done, message = pcall(change, net, keys, place(3))
  if not done then error(message, 0) end
end
function network.__newindex(net, key, value)
  if value == nil and core.keys[key] and net.changes[key] == nil then
    error(("net.%s = nil says nothing: names stand in quotes, net.%s = \"NAME\""):format(key, key), 2)
  end
  local done, message = pcall(change, net, { [key] = value }, place(3))
  if not done then error(message, 0) end
end
function network.__tostring(net) return core.summary(net.core) end

function load(name)
  if type(name) ~= "string" then error("load takes the name of a spec: load \"spiral\"", 2) end
  local path = called(core.find, name)
  return setmetatable({ path = path, changes = {}, core = called(core.open, path, "{}", "") }, network)
end

help = setmetatable({}, { __tostring = function() return [[
net = load "spiral"             a spec: a name in specs/, or a file
net.width = 3                   any key of the spec: derived and compiled anew, parameters as at the start
net.data.samples                what it has, said or not; net.data.samples = 50 sets it
net.train = { algorithm = "lbfgs" }  the training alone keeps the parameters
net.activation = function(x) return x * sigmoid(x) end
net:set { controls = { M = matrix(2, 2) }, field = function(y, u) return tanh(u.M * y) end }
net:train { iterations = 500 }  goes on from where it is; ^C ends the training. A table: objective, accuracy or rmse,
                                test_objective, .., iterations, ended, kept, history[i].objective
net:predict { { 0.1, 0.2 } }    net:gradient(x, c), or without arguments of the spec's data
net:predict(x, s)               net:gradient(x, s, c), where the spec has signals; c: numbers, or classes by name or from 0
net:hessian(v)                  the Hessian's product with v, tensors by name; net:hessian(v, x, c)
lower, upper = net:bands(x)     95 % bands of predictions, after algorithm = "gaussnewton"
net:params().K[3]               net:params { W = { { 1, 0 } } } sets what it names; net:tableau()  net:check()  net:source()
net:emit "dir"  net:save "f.safetensors"  net:load "f.safetensors"  net:plot "flow"
A bare expression is printed. exit, quit or ^D leaves.]] end })

-- ---- completion ----

-- Entries of a folder as words: names of specs without their ending, folders with a slash.
local function specs_in(folder)
  local found = {}
  for _, name in ipairs(core.list(folder)) do found[(name:gsub("%.lua$", ""))] = true end
  return found
end

-- Paths that word may be the beginning of.
local function files(word)
  local found, folder = {}, word:match "^(.*/)[^/]*$" or ""
  for _, name in ipairs(core.list(folder == "" and "." or folder)) do found[folder .. name] = true end
  return found
end

-- What a string may hold, by what stands before its quote.
local function strings(before, word)
  if before:match "load%s*%(?%s*$" then
    local found = {}
    for name in pairs(files(word)) do found[name] = (name:match "/$" or name:match "%.lua$") and true or nil end
    for name in pairs(specs_in(core.specs)) do found[name] = not name:match "/$" or nil end
    return found
  end
  if before:match "method%s*=%s*$" then return specs_in(core.specs .. "/tableau") end
  if before:match "activation%s*=%s*$" then return specs_in(core.specs .. "/activation") end
  if before:match ":plot%s*%(?%s*$" then return core.pictures end
  return files(word)
end

-- Where the string begins that line ends in; nil outside of strings.
local function open_quote(line)
  local start, quote
  for at, c in line:gmatch "()([\"'])" do
    if not quote then start, quote = at, c elseif c == quote then quote = nil end
  end
  return quote and start
end

local function names(word)
  local holder, mark, start = word:match "^(.-)([.:])([%w_]*)$"
  if not holder then return _G, "", word end
  local value = _G[holder]
  if getmetatable(value) == network then return mark == ":" and methods or core.keys, holder .. mark, start end
  return type(value) == "table" and value or {}, holder .. mark, start
end

-- The word that line ends in, and what it may be the beginning of.
function core.complete(line)
  local found, at = {}, open_quote(line)
  local word = at and line:sub(at + 1) or line:match "[%w_.:]*$"
  local candidates, prefix, wanted
  if at then candidates, prefix, wanted = strings(line:sub(1, at - 1), word), "", word
  else candidates, prefix, wanted = names(word) end
  for k in pairs(candidates) do
    if type(k) == "string" and k:sub(1, #wanted) == wanted then found[#found + 1] = prefix .. k end
  end
  table.sort(found)
  if at and #found == 1 and not found[1]:match "/$" then found[1] = found[1] .. line:sub(at, at) end
  return word, found
end
