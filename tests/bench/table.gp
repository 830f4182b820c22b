# out/bench/table.svg: the gradient's time over the width, from out/bench/bench.csv.
set terminal svg size 720,480 dynamic font "sans,13"
set output "out/bench/table.svg"
set datafile separator ","
set logscale xy 2
set format y "%g"
set xlabel "width"
set ylabel "ms, full gradient (kutta4, 15 layers, 1024 samples)"
set key top left
rows(name) = sprintf("< grep '^table,kutta4_.*,gradient,%s,' out/bench/bench.csv | sed 's/kutta4_//'", name)
plot rows("eager") using 2:($5*1e3) with linespoints title "PyTorch eager", \
     rows("script") using 2:($5*1e3) with linespoints title "TorchScript", \
     rows("eigen") using 2:($5*1e3) with linespoints title "Eigen", \
     rows("libtcc") using 2:($5*1e3) with linespoints title "costate, libtcc", \
     rows("costate cc") using 2:($5*1e3) with linespoints title "costate, the system's compiler", \
     rows("vendored") using 2:($5*1e3) with linespoints title "costate, vendored", \
     rows("floor") using 2:($5*1e3) with lines dashtype 2 title "floor"
