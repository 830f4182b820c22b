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

local function named(net, flat)
  local t = setmetatable({ {} }, tensors)
  for _, tensor in ipairs(core.tensors(net.core)) do
    local values = table.move(flat, tensor.offset + 1, tensor.offset + tensor.size, 1, {})
    t[tensor.name] = #tensor.shape > 0 and fold(values, tensor.shape, 1, 1) or values[1]
    t[1][#t[1] + 1] = tensor.name
  end
  return t
end

-- Specs are text of their own: what is set here is written down and read by the sandbox of specs.
local written = {}
local function write(v)
  if getmetatable(v) == written then return v.text end
  if type(v) == "string" and v:match "^%s*function" then return v end
  if type(v) == "function" then error("write the function as text: \"function(x) return x * sigmoid(x) end\"", 0) end
  if type(v) ~= "table" then return type(v) == "string" and string.format("%q", v) or tostring(v) end
  local parts = {}
  for k, x in pairs(v) do parts[#parts + 1] = "[" .. (type(k) == "string" and string.format("%q", k) or tostring(k)) .. "] = " .. write(x) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end
for _, name in ipairs { "tableau", "normal", "uniform", "matrix", "vector", "scalar" } do
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
function methods:gradient(x, c)
  return named(self, core.gradient(self.core, x and flatten(x, {}), c and flatten(c, {})))
end
function methods:predict(x)
  local flat, m = core.predict(self.core, flatten(x, {})), core.get(self.core, "outputs")
  return (fold(flat, { #flat // m, m }, 1, 1))
end
function methods:params() return named(self, core.params(self.core)) end
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

local function text_of(changes)
  local parts = {}
  for k, v in pairs(changes) do parts[#parts + 1] = k .. " = " .. write(v) end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

function network.__newindex(net, key, value)
  local changes = {}
  for k, v in pairs(net.changes) do changes[k] = v end
  changes[key] = value
  rawset(net, "core", core.open(net.path, text_of(changes)))
  rawset(net, "changes", changes)
end
function network.__tostring(net) return core.summary(net.core) end

function load(name)
  local path = core.find(name)
  return setmetatable({ path = path, changes = {}, core = core.open(path, "{}") }, network)
end

help = setmetatable({}, { __tostring = function() return [[
net = load "spiral"             a spec: a name in specs/, or a file
net.width = 3                   any key of the spec: derived and compiled anew, parameters as at the start
net:train { iterations = 500 }  from the present parameters on; ^C ends the training
net:predict { { 0.1, 0.2 } }    net:gradient(x, c), or without arguments over the spec's data
net:params().K[3]               net:tableau()  net:check()  net:source()
net:emit "dir"  net:save "f.safetensors"  net:plot "flow"
A bare expression is printed. ^D leaves.]] end })

-- For completion: what may follow `word`.
function core.complete(word)
  local found, holder, mark, start = {}, word:match "^(.-)([.:])([%w_]*)$"
  local function add(prefix, t, wanted)
    for k in pairs(t) do if type(k) == "string" and k:sub(1, #wanted) == wanted then found[#found + 1] = prefix .. k end end
  end
  if not holder then add("", _G, word)
  else
    local value = _G[holder]
    if getmetatable(value) == network then
      if mark == ":" then add(holder .. ":", methods, start) else add(holder .. ".", core.keys, start) end
    elseif type(value) == "table" then add(holder .. mark, value, start) end
  end
  table.sort(found)
  return found
end
core.keys = {}
for _, k in ipairs { "name", "inputs", "width", "layers", "lift", "method", "activation", "residual", "step", "head", "loss",
  "average", "learn", "simplex", "real", "init", "data", "seed", "train" } do core.keys[k] = true end
