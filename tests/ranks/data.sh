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
    # the same kind of points as arrays: doubles, shades, and classes
    perl -e '
        sub npy { my ($file, $descr, $shape) = @_;
            my $header = sprintf "{%sdescr%s: %s%s%s, %sfortran_order%s: False, %sshape%s: (%s), }\n", (chr 39) x 3, $descr,
                (chr 39) x 5, $shape;
            open F, ">", $file; print F "\x93NUMPY\x01\0", pack("v", length $header), $header; }
        my (@x, @y, @shades);
        for my $i (0 .. 2999) {
            my ($a, $b) = (($i * 7919 % 3001) / 3001, ($i * 3571 % 2999) / 2999);
            push @x, $a, $b; push @y, $a * $a + $b > 0.8 ? 1 : 0; push @shades, int 255 * $a, int 255 * $b; }
        npy("rows.npy", "<f8", "3000, 2"); print F pack("d<*", @x); close F;
        npy("signals.npy", "<f4", "3000, 4, 1"); print F pack("f<*", map { $_ * $_ - 0.3 } @x, @x); close F;
        npy("labels.npy", "|u1", "3000,"); print F pack("C*", @y); close F;
        open F, ">", "rows.idx"; print F pack("CCCCNN", 0, 0, 8, 2, 3000, 2), pack("C*", @shades); close F;'
}
