/* variety: specs that together use every feature of the language, as small as they can be. */
#ifndef COSTATE_VARIETY_H
#define COSTATE_VARIETY_H

static const char *const variety[] = {
    /* the paper's network */
    "return network { name = 'kutta4_d2', inputs = 2, layers = 3, method = 'kutta4', activation = 'tanh', step = 0.1,\n"
    "  head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n",
    /* widths above the inputs, softmax with crossentropy, learnt dt */
    "return network { name = 'wide', inputs = 2, width = 5, layers = 2, method = 'kutta3', activation = 'gelu',\n"
    "  head = { outputs = 3, link = 'softmax' }, loss = 'crossentropy', learn = { 'K', 'b', 'W', 'mu', 'dt' } }\n",
    /* lift, averaged, b_i = 0, dropped stages */
    "return network { name = 'lifted', inputs = 5, width = 3, lift = true, layers = 2, method = 'dopri5',\n"
    "  activation = 'softplus', head = { outputs = 2, link = 'identity' }, loss = 'squared', average = true,\n"
    "  learn = { 'P', 'q', 'K', 'b', 'W', 'mu', 'dt' }, simplex = true }\n",
    /* plain net, float */
    "return network { name = 'plain', inputs = 3, layers = 4, method = 'euler', activation = 'sigmoid', step = 1,\n"
    "  residual = false, real = 'float', head = { outputs = 2, link = 'sigmoid' }, loss = 'crossentropy' }\n",
    /* residual = false with several stages, softmax with the squared loss, nothing but W learnt */
    "return network { name = 'partly', inputs = 2, layers = 2, method = 'heun3', activation = 'swish',\n"
    "  residual = false, head = { outputs = 2, link = 'softmax' }, loss = 'squared', learn = { 'W' } }\n",
    /* antisymmetric K = M - M^T - gamma I */
    "return network { name = 'antisymmetric', inputs = 3, layers = 2, method = 'midpoint',\n"
    "  controls = { M = matrix(3, 3), gamma = scalar(), b = vector(3) },\n"
    "  field = function(y, u) return tanh((u.M - transpose(u.M) - u.gamma * identity(3)) * y + u.b) end,\n"
    "  learn = { 'M', 'gamma', 'b', 'W', 'mu', 'dt' }, head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
    /* a user's activation */
    "return network { name = 'own', inputs = 2, layers = 2, method = 'ssprk3',\n"
    "  activation = function(x) return max(x / (1 + x ^ 2) ^ 1.5, min(0.1 * x, exp(-abs(x)) - 1, sin(x) / 3)) end,\n"
    "  head = { outputs = 1, link = 'sigmoid' }, loss = 'crossentropy' }\n",
    /* slices, concat, dot, sum, mean, softmax and logsumexp in a field, float */
    "return network { name = 'sliced', inputs = 4, layers = 2, method = 'kutta4', real = 'float',\n"
    "  controls = { A = matrix(2, 2), B = matrix(2, 4), v = vector(4), s = scalar() },\n"
    "  field = function(y, u)\n"
    "    local q, p = y:slice(1, 2), y:slice(3, 4)\n"
    "    local force = u.A:T() * sigmoid(u.B * y) + u.s * q * dot(u.v, y)\n"
    "    return concat(p - q[1], -force) + softmax(y) * sum(cos(q)) - logsumexp(u.v * y) / #y + mean(y * y)\n"
    "  end, learn = { 'A', 'B', 'v', 's', 'dt', 'W', 'mu' },\n"
    "  head = { outputs = 2, link = 'softmax' }, loss = 'crossentropy' }\n",
    /* shared expressions of every kind, inline tableau with a negative weight */
    "return network { name = 'shared', inputs = 2, layers = 2,\n"
    "  method = tableau { A = { { 0 }, { 1 }, { '1/2', 1 } }, b = { 1, '-1/2', '1/2' } },\n"
    "  controls = { g = scalar(), h = scalar(), a = vector(2), c = vector(2), M = matrix(2, 2) },\n"
    "  field = function(y, u)\n"
    "    local scale = max(u.g, u.h / 2) ^ 2 + abs(u.g) ^ 1.5 + sqrt(1 + u.h ^ 2)\n"
    "    local shift = u.a + u.c + exp(u.g)\n"
    "    return tanh((tanh(u.M) / scale) * y + shift * shift / (1 + u.c ^ 2)) * scale - y / (1 + u.g ^ 8)\n"
    "  end, learn = { 'g', 'h', 'a', 'c', 'M', 'W', 'mu' },\n"
    "  head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
    /* long sums, identity and constants in the field, many terms a stage */
    "return network { name = 'sums', inputs = 2, width = 3, layers = 2, method = 'bogacki_shampine3',\n"
    "  controls = { a = vector(3), b = vector(3), c = vector(3) },\n"
    "  field = function(y, u)\n"
    "    local e = sin(y) + 2 * cos(y) - 3 * tanh(y) + exp(-y * y) + 0.5 * y + y ^ 3 / 7 - sigmoid(y) + erf(y) + 1\n"
    "    return e + u.a * log1p(y * y) - u.b * expm1(-abs(y)) + u.c * log(2 + sin(y)) + identity(3) * y\n"
    "  end, head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n",
    /* a field of the controls alone, one of them unused */
    "return network { name = 'constant', inputs = 1, layers = 2, method = 'three_eighths',\n"
    "  controls = { a = vector(1), unused = matrix(2, 3) }, field = function(y, u) return tanh(u.a) end,\n"
    "  learn = { 'a', 'unused', 'dt', 'W', 'mu' }, head = { outputs = 1, link = 'identity' }, loss = 'squared' }\n",
    /* the states of two layers of five are kept, everything is learnt */
    "return network { name = 'sparse', inputs = 2, width = 3, lift = true, layers = 5, method = 'kutta3',\n"
    "  checkpoints = 2, controls = { M = matrix(3, 3), b = vector(3) }, average = true,\n"
    "  field = function(y, u) return tanh((u.M - u.M:T()) * y + u.b) end,\n"
    "  learn = { 'P', 'q', 'M', 'b', 'dt', 'W', 'mu' }, head = { outputs = 2, link = 'softmax' },\n"
    "  loss = 'crossentropy' }\n",
    /* the states of all layers are kept, float */
    "return network { name = 'again', inputs = 3, layers = 3, method = 'heun3', activation = 'swish',\n"
    "  residual = false, step = 1, real = 'float', recompute = true, head = { outputs = 1, link = 'sigmoid' },\n"
    "  loss = 'squared' }\n",
    /* rows of matrices */
    "return network { name = 'rows', inputs = 2, layers = 3, method = 'kutta3', controls = { A = matrix(3, 2) },\n"
    "  field = function(y, u)\n"
    "    return concat(tanh(dot(u.A[1], y)), u.A[3][1] * y[2]) + u.A[2] * exp(u.A[3])\n"
    "  end, learn = { 'A', 'dt', 'W', 'mu' }, head = { outputs = 1, link = 'sigmoid' }, loss = 'squared' }\n",
};
enum { VARIETY = sizeof variety / sizeof *variety };

#endif
