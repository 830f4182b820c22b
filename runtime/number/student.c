#include "runtime/number/student.h"

#include <math.h>
#include <stdbool.h>

static const double half_turn = 3.14159265358979323846;

/* P(|T| <= t): a sum of powers of the cosine of an angle, odd ones for an odd number of degrees of freedom. */
static double within(double t, size_t degrees)
{
    double n = (double)degrees, angle = atan2(t, sqrt(n)), square = n / (n + t * t);
    bool odd = degrees % 2;
    double term = odd ? sqrt(square) : 1, sum = 0;
    for (size_t power = odd ? 1 : 0; power + 2 <= degrees; power += 2) {
        sum += term;
        term *= square * ((double)power + 1) / ((double)power + 2);
    }
    return odd ? 2 / half_turn * (angle + sin(angle) * sum) : sin(angle) * sum;
}

double student_95(size_t degrees)
{
    double low = 1.9, high = 12.8; /* 1.96 for infinitely many, 12.7 for 1 */
    for (double t = (low + high) / 2; low < t && t < high; t = (low + high) / 2)
        *(within(t, degrees) < 0.95 ? &low : &high) = t;
    return high;
}
