module curio/experiments/bench/openblas

go 1.26
