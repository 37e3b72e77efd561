package kernel

import "math"

// Adam takes one step of Adam on a row of weights (Kingma and Ba, 2015,
// algorithm 1): m and v are the running means of the gradient g and of its
// square; c1 and c2 are the bias corrections 1/(1-beta1^t) and 1/(1-beta2^t).
//
//	m = beta1*m + (1-beta1)*g
//	v = beta2*v + (1-beta2)*g*g
//	w -= lr * (m*c1) / (sqrt(v*c2) + eps)
//
// It works over the indices of w; g, m and v must be as long. Products are taken
// from left to right and every operation is rounded, so the result is the same
// on every path.
func Adam(w, g, m, v []float32, lr, beta1, beta2, eps, c1, c2 float32) {
	if len(w) == 0 {
		return
	}
	last := len(w) - 1
	_, _, _ = g[last], m[last], v[last]
	adam(w, g, m, v, lr, beta1, beta2, eps, c1, c2)
}

func adamGo(w, g, m, v []float32, lr, beta1, beta2, eps, c1, c2 float32) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, x := range g {
		mean := float32(beta1*m[i]) + float32((1-beta1)*x)
		square := float32(beta2*v[i]) + float32(float32((1-beta2)*x)*x)
		m[i], v[i] = mean, square
		root := float32(math.Sqrt(float64(square * c2)))
		w[i] -= float32(lr*float32(mean*c1)) / (root + eps)
	}
}
