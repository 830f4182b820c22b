// eigen: the same with Eigen's matrices of fixed size and its vector tanh, by the tanh of arrays.
#include <Eigen/Dense>
#include <cstddef>

namespace
{
constexpr int layers = 30, hidden = 50, d = 2, stages = 4, steps = 252;
using Hidden = Eigen::Array<double, hidden, 1>;
using State = Eigen::Matrix<double, d, 1>;
using In = Eigen::Matrix<double, hidden, d, Eigen::RowMajor>;
using Out = Eigen::Matrix<double, d, hidden, Eigen::RowMajor>;
const double a[stages] = {0, 0.5, 0.5, 1}, weight[stages] = {1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6};
} // namespace

extern "C" int rival_gradient(std::size_t, const double *x, const double *target, const double *p, double *objective,
                              double *bar, void *)
{
    static thread_local State state[layers + 1], stage[layers][stages];
    static thread_local Hidden t[layers][stages];
    const Eigen::Map<const In> A(p);
    const Eigen::Map<const Hidden> b(p + 100);
    const Eigen::Map<const Out> C(p + 150);
    const Eigen::Map<const State> c(p + 250);
    Eigen::Map<In> A_bar(bar);
    Eigen::Map<Hidden> b_bar(bar + 100);
    Eigen::Map<Out> C_bar(bar + 150);
    Eigen::Map<State> c_bar(bar + 250);
    Eigen::Map<Eigen::VectorXd>(bar, steps + layers).setZero();
    state[0] = State(x[0], x[1]);
    for (int k = 0; k < layers; k++) {
        const double h = p[steps + k];
        State f[stages];
        for (int s = 0; s < stages; s++) {
            stage[k][s] = s ? State(state[k] + h * a[s] * f[s - 1]) : state[k];
            t[k][s] = ((A * stage[k][s]).array() + b).tanh();
            f[s].noalias() = C * t[k][s].matrix();
            f[s] += c;
        }
        state[k + 1] = state[k] + h * (weight[0] * f[0] + weight[1] * f[1] + weight[2] * f[2] + weight[3] * f[3]);
    }
    State q = State::Zero();
    double sum = 0;
    for (int k = layers; k > 0; k--) {
        const State e = state[k] - Eigen::Map<const State>(target + (k - 1) * d);
        const double h = p[steps + k - 1];
        sum += e.squaredNorm() / 2;
        q += e;
        const State after = q;
        State l;
        for (int s = stages - 1; s >= 0; s--) {
            State g = h * weight[s] * after;
            if (s + 1 < stages)
                g += h * a[s + 1] * l;
            const Hidden &v = t[k - 1][s];
            C_bar.noalias() += g * v.matrix().transpose();
            const Hidden m = (1 - v.square()) * (C.transpose() * g).array();
            A_bar.noalias() += m.matrix() * stage[k - 1][s].transpose();
            b_bar += m;
            c_bar += g;
            l.noalias() = A.transpose() * m.matrix();
            q += l;
        }
    }
    *objective = sum;
    return 0;
}
