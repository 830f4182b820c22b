# The data of these tests: tables whose numbers are drawn by a generator of their own.

data() {
    awk 'BEGIN {
        print "x1,x2,y"
        for (i = 0; i < 3000; i++) {
            a = (i * 7919 % 3001) / 3001; b = (i * 104729 % 2999) / 2999
            printf "%.6f,%.6f,%s\n", 10 * a - 5, 100 * b, (sin(6 * a) + b > 0.8 ? "yes" : "no")
        }
    }' >table.csv
    # counts of prey and predators, rows of several trajectories after each other, with gaps
    awk 'BEGIN {
        print "pond,year,prey,predators"
        for (t = 0; t <= 3; t++)
            for (i = 0; i < 1300; i++) {
                a = (i * 7919 % 1301) / 1301; b = ((i + t) * 3571 % 1303) / 1303
                printf "pond%d,%.1f,%.4f,%s\n", i, t / 2, 4 + 3 * a + t * b, t && i % 9 == 4 ? "" : sprintf("%.4f", 2 + b + a * t)
            }
    }' | gzip >ponds.csv.gz
}
