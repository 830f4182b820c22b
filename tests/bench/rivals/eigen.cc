// eigen: the gradient as one writes it with Eigen, with care: a block of samples at a time that stays in the cache, all
// memory taken beforehand, products without temporaries, small widths known when it is compiled. Which layout of a
// block, which block and which tanh are the fastest is tried out.
#include "rivals.h"

#include <Eigen/Core>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <immintrin.h>
#include <memory>
#include <vector>

using Eigen::Dynamic;
using Eigen::Index;
using Eigen::Map;

namespace {

// ---- tanh ----

// By the exponential function, which Eigen has for vectors; its tanh of doubles is that of the C library, one by one.
struct ByExp {
    static constexpr const char *name = "tanh by Eigen's exp";
    static void apply(double *f, Index n)
    {
        Map<Eigen::ArrayXd> a(f, n);
        a = 1.0 - 2.0 / ((2.0 * a).exp() + 1.0);
    }
};

#if defined(__AVX512F__)
extern "C" __m512d _ZGVeN8v_tanh(__m512d);
enum { LANES = 8 };
inline void tanh_lanes(double *f) { _mm512_storeu_pd(f, _ZGVeN8v_tanh(_mm512_loadu_pd(f))); }
#elif defined(__AVX2__)
extern "C" __m256d _ZGVdN4v_tanh(__m256d);
enum { LANES = 4 };
inline void tanh_lanes(double *f) { _mm256_storeu_pd(f, _ZGVdN4v_tanh(_mm256_loadu_pd(f))); }
#else
extern "C" __m128d _ZGVbN2v_tanh(__m128d);
enum { LANES = 2 };
inline void tanh_lanes(double *f) { _mm_storeu_pd(f, _ZGVbN2v_tanh(_mm_loadu_pd(f))); }
#endif

// By the C library's vectors.
struct ByLibrary {
    static constexpr const char *name = "tanh of glibc's vectors";
    static void apply(double *f, Index n)
    {
        Index i = 0;
        for (; i + LANES <= n; i += LANES)
            tanh_lanes(f + i);
        for (; i < n; i++)
            f[i] = std::tanh(f[i]);
    }
};

// ---- the network ----

struct Net {
    virtual double evaluate(const rival_gradient &gradient) = 0;
    virtual ~Net() = default;
    char way[96];
};

enum Layout { SAMPLES_IN_COLUMNS, SAMPLES_IN_ROWS };

template <int D, Layout layout, class Tanh> struct Network final : Net {
    static constexpr bool rows = layout == SAMPLES_IN_ROWS;
    using Block = std::conditional_t<rows, Eigen::Matrix<double, Dynamic, D>, Eigen::Matrix<double, D, Dynamic>>;
    using Square = Eigen::Matrix<double, D, D, Eigen::RowMajor>;
    using Vector = Eigen::Matrix<double, D, 1>;

    const rival_problem problem;
    const Index d, most;
    std::vector<Block> y, f[4]; // a state for every layer and one more, the slopes of every layer
    Block stage, g, l[4], p;
    Eigen::VectorXd prediction, bar;

    static Block block(Index width, Index samples) { return rows ? Block(samples, width) : Block(width, samples); }

    Network(const rival_problem &of, Index samples) : problem(of), d(Index(of.width)), most(samples)
    {
        for (size_t n = 0; n <= of.layers; n++)
            y.push_back(block(d, most));
        for (auto &slopes : f)
            slopes.assign(of.layers, block(d, most));
        for (auto &each : l)
            each = block(d, most);
        stage = g = p = block(d, most);
        prediction.resize(most);
        bar.resize(most);
        std::snprintf(way, sizeof way, "%s, blocks of %ld, %s", rows ? "samples in rows" : "samples in columns",
                      long(most), Tanh::name);
    }

    Map<const Square> K(size_t n) const { return Map<const Square>(problem.K + n * size_t(d * d), d, d); }
    Map<const Vector> b(size_t n) const { return Map<const Vector>(problem.b + n * size_t(d), d); }
    Map<const Vector> W() const { return Map<const Vector>(problem.W, d); }

    void resize(Index samples)
    {
        const Index width = d;
        auto fit = [&](Block &each) { rows ? each.resize(samples, width) : each.resize(width, samples); };
        if ((rows ? stage.rows() : stage.cols()) == samples)
            return;
        for (auto &each : y)
            fit(each);
        for (auto &slopes : f)
            for (auto &each : slopes)
                fit(each);
        for (auto &each : l)
            fit(each);
        fit(stage);
        fit(g);
        fit(p);
        prediction.resize(samples);
        bar.resize(samples);
    }

    // slope = tanh(K state + b)
    void slope(size_t n, const Block &state, Block &slope)
    {
        if constexpr (rows) {
            slope.noalias() = state * K(n).transpose();
            slope.rowwise() += b(n).transpose();
        } else {
            slope.noalias() = K(n) * state;
            slope.colwise() += b(n);
        }
        Tanh::apply(slope.data(), slope.size());
    }

    void forward(size_t n)
    {
        const double h = problem.step;
        slope(n, y[n], f[0][n]);
        stage = y[n] + h / 2 * f[0][n];
        slope(n, stage, f[1][n]);
        stage = y[n] + h / 2 * f[1][n];
        slope(n, stage, f[2][n]);
        stage = y[n] + h * f[2][n];
        slope(n, stage, f[3][n]);
        y[n + 1] = y[n] + h / 6 * (f[0][n] + 2 * (f[1][n] + f[2][n]) + f[3][n]);
    }

    // g, times the derivative of tanh, adds to the derivatives of K and b; l = K^T g.
    void back(size_t n, const Block &state, const Block &slope, Block &costate, const rival_gradient &gradient)
    {
        Map<Square> K_bar(gradient.K + n * size_t(d * d), d, d);
        Map<Vector> b_bar(gradient.b + n * size_t(d), d);
        g.array() *= 1 - slope.array().square();
        if constexpr (rows) {
            K_bar.noalias() += g.transpose() * state;
            b_bar += g.colwise().sum().transpose();
            costate.noalias() = g * K(n);
        } else {
            K_bar.noalias() += g * state.transpose();
            b_bar += g.rowwise().sum();
            costate.noalias() = K(n).transpose() * g;
        }
    }

    void adjoint(size_t n, const rival_gradient &gradient)
    {
        const double h = problem.step;
        g = h / 6 * p;
        stage = y[n] + h * f[2][n];
        back(n, stage, f[3][n], l[3], gradient);
        g = h / 3 * p + h * l[3];
        stage = y[n] + h / 2 * f[1][n];
        back(n, stage, f[2][n], l[2], gradient);
        g = h / 3 * p + h / 2 * l[2];
        stage = y[n] + h / 2 * f[0][n];
        back(n, stage, f[1][n], l[1], gradient);
        g = h / 6 * p + h / 2 * l[1];
        back(n, y[n], f[0][n], l[0], gradient);
        p += l[0] + l[1] + l[2] + l[3];
    }

    double head(Index start, Index samples, const rival_gradient &gradient)
    {
        const Block &last = y[problem.layers];
        Map<const Eigen::VectorXd> target(problem.target + start, samples);
        if constexpr (rows)
            prediction.noalias() = last * W();
        else
            prediction.noalias() = last.transpose() * W();
        prediction = (1 + (-prediction.array() - *problem.mu).exp()).inverse().matrix();
        bar = prediction - target;
        const double objective = 0.5 * bar.squaredNorm();
        bar.array() *= prediction.array() * (1 - prediction.array());
        Map<Vector> W_bar(gradient.W, d);
        *gradient.mu += bar.sum();
        if constexpr (rows) {
            W_bar.noalias() += last.transpose() * bar;
            p.noalias() = bar * W().transpose();
        } else {
            W_bar.noalias() += last * bar;
            p.noalias() = W() * bar.transpose();
        }
        return objective;
    }

    double evaluate(const rival_gradient &gradient) override
    {
        double objective = 0;
        std::fill_n(gradient.K, problem.layers * problem.width * problem.width, 0.0);
        std::fill_n(gradient.b, problem.layers * problem.width, 0.0);
        std::fill_n(gradient.W, problem.width, 0.0);
        *gradient.mu = 0;
        for (Index start = 0; start < Index(problem.samples); start += most) {
            const Index samples = std::min(most, Index(problem.samples) - start);
            resize(samples);
            Map<const Eigen::Matrix<double, D, Dynamic>> x(problem.x + start * d, d, samples);
            if constexpr (rows)
                y[0] = x.transpose();
            else
                y[0] = x;
            for (size_t n = 0; n < problem.layers; n++)
                forward(n);
            objective += head(start, samples, gradient);
            for (size_t n = problem.layers; n-- > 0;)
                adjoint(n, gradient);
        }
        return objective;
    }
};

// ---- which is the fastest ----

struct Rival {
    std::unique_ptr<Net> net;
    double seconds = INFINITY;
};

void try_out(Rival &best, std::unique_ptr<Net> net, const rival_gradient &gradient)
{
    double least = INFINITY;
    for (int i = 0; i < 5; i++) {
        const auto start = std::chrono::steady_clock::now();
        net->evaluate(gradient);
        least = std::min(least, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    }
    if (least >= best.seconds)
        return;
    best.seconds = least;
    best.net = std::move(net);
}

template <int D> void try_all(Rival &best, const rival_problem &problem, const rival_gradient &gradient)
{
    for (const Index block : {Index(64), Index(256), Index(problem.samples)}) {
        try_out(best, std::make_unique<Network<D, SAMPLES_IN_COLUMNS, ByExp>>(problem, block), gradient);
        try_out(best, std::make_unique<Network<D, SAMPLES_IN_ROWS, ByExp>>(problem, block), gradient);
        try_out(best, std::make_unique<Network<D, SAMPLES_IN_COLUMNS, ByLibrary>>(problem, block), gradient);
        try_out(best, std::make_unique<Network<D, SAMPLES_IN_ROWS, ByLibrary>>(problem, block), gradient);
    }
}

} // namespace

void *rival_new(const rival_problem *problem)
{
    auto rival = std::make_unique<Rival>();
    const size_t d = problem->width;
    std::vector<double> memory(problem->layers * (d * d + d) + d + 1);
    double *const K = memory.data(), *const b = K + problem->layers * d * d, *const W = b + problem->layers * d;
    const rival_gradient gradient = {K, b, W, W + d};
    switch (d) {
    case 2: try_all<2>(*rival, *problem, gradient); break;
    case 4: try_all<4>(*rival, *problem, gradient); break;
    case 8: try_all<8>(*rival, *problem, gradient); break;
    default: try_all<Dynamic>(*rival, *problem, gradient);
    }
    return rival.release();
}

double rival_evaluate(void *rival, const rival_gradient *gradient)
{
    return static_cast<Rival *>(rival)->net->evaluate(*gradient);
}

const char *rival_way(const void *rival)
{
    return static_cast<const Rival *>(rival)->net->way;
}

void rival_free(void *rival)
{
    delete static_cast<Rival *>(rival);
}
