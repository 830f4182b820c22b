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

local methods, network = {}, {}

local function flatten(rows, out)
  for _, v in ipairs(type(rows) == "table" and rows or { rows }) do
    if type(v) == "table" then flatten(v, out) else out[#out + 1] = v end
  end
  return out
end

function methods:train(options)
  return core.train(self.core, options and options.iterations or core.get(self.core, "iterations"))
end
local function flat_or_nil(rows) return rows and flatten(rows, {}) or nil end
function methods:gradient(x, s, c)
  if core.get(self.core, "signals") == 0 then s, c = nil, s end
  return named(self, core.gradient(self.core, flat_or_nil(x), flat_or_nil(s), flat_or_nil(c)))
end
-- v: tensors by name, of the shapes of net:params(), and x; those that it lacks do not move.
local function direction(net, v)
  local known, flat = {}, {}
  if type(v) ~= "table" then error("a direction is a table of tensors by name, such as net:gradient()", 0) end
  for _, tensor in ipairs(core.tensors(net.core)) do
    local values = v[tensor.name] and flatten(v[tensor.name], {})
    known[tensor.name] = true
    if values and #values ~= tensor.size then
      error(("the direction of %s has %d numbers, not %d"):format(tensor.name, #values, tensor.size), 0)
    end
    for i = 1, tensor.size do flat[#flat + 1] = values and values[i] or 0.0 end
  end
  for name in pairs(v) do
    if name ~= 1 and name ~= "x" and not known[name] then error("there is no tensor " .. tostring(name), 0) end
  end
  return flat, flat_or_nil(not known.x and v.x)
end
function methods:hessian(v, x, s, c)
  if core.get(self.core, "signals") == 0 then s, c = nil, s end
  local flat, way = direction(self, v)
  return named(self, core.hessian(self.core, flat, way, flat_or_nil(x), flat_or_nil(s), flat_or_nil(c)))
end
function methods:predict(x, s)
  local flat, m = core.predict(self.core, flatten(x, {}), flat_or_nil(s)), core.get(self.core, "outputs")
  local times = core.get(self.core, "observations")
  return (fold(flat, times > 1 and { #flat // (m * times), times, m } or { #flat // m, m }, 1, 1))
end
function methods:params() return named(self, core.params(self.core), core.inputs(self.core)) end
function methods:check() return core.check(self.core) end
function methods:source() return core.source(self.core) end
function methods:tableau() return core.tableau(self.core) end
function methods:emit(folder) return core.emit(self.core, folder) end
function methods:save(file) return core.save(self.core, file) end
function methods:plot(name, folder) return core.plot(self.core, name, folder or "out/plots") end

function network.__index(net, key)
  local changes = rawget(net, "changes")
  if methods[key] then return methods[key] end
  if changes[key] ~= nil then return changes[key] end
  return core.get(rawget(net, "core"), key)
end

-- Several keys at once: derived and compiled anew; where that fails, all is as it was.
function methods:set(keys)
  local changes = {}
  for k, v in pairs(self.changes) do changes[k] = v end
  if keys.activation and changes.field then changes.field, changes.controls, changes.init = nil end
  if keys.field then changes.activation = nil end
  for k, v in pairs(keys) do changes[k] = v end
  rawset(self, "core", core.open(self.path, write(changes)))
  rawset(self, "changes", changes)
end
function network.__newindex(net, key, value) net:set { [key] = value } end
function network.__tostring(net) return core.summary(net.core) end

function load(name)
  local path = core.find(name)
  return setmetatable({ path = path, changes = {}, core = core.open(path, "{}") }, network)
end

help = setmetatable({}, { __tostring = function() return [[
net = load "spiral"             a spec: a name in specs/, or a file
net.width = 3                   any key of the spec: derived and compiled anew, parameters as at the start
net.activation = function(x) return x * sigmoid(x) end
net:set { controls = { M = matrix(2, 2) }, field = function(y, u) return tanh(u.M * y) end }
net:train { iterations = 500 }  goes on from where it is; ^C ends the training
net:predict { { 0.1, 0.2 } }    net:gradient(x, c), or without arguments over the spec's data
net:predict(x, s)               net:gradient(x, s, c), where the spec has signals
net:hessian(v)                  the Hessian's product with v, tensors by name; net:hessian(v, x, c)
net:params().K[3]               net:tableau()  net:check()  net:source()
net:emit "dir"  net:save "f.safetensors"  net:plot "flow"
A bare expression is printed. ^D leaves.]] end })

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
