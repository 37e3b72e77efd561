package clustering

import "testing"

// TestFitIsAsGoodAsAPeer: 20,000 rows of eight correlated Gaussians that overlap, and
// nobody says that they are eight. The peer, which is told, is scikit-learn 1.2.1's
// GaussianMixture(8, n_init=5, random_state=0) on the same rows, standardised.
func TestFitIsAsGoodAsAPeer(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const peer = 0.9847
	in, truth := gaussians(20_000, 12, 8, 0.3, 102)
	r := mustFit(t, in, Options{Seed: 1, Workers: 2})
	k, ari := len(r.Model.Segments()), agreement(r.Members, truth)
	t.Logf("%d segments with an adjusted Rand index of %.4f, the peer's has %.4f", k, ari, peer)
	if k != 8 || ari < peer-0.02 {
		t.Errorf("%d segments with an adjusted Rand index of %.4f, want 8 with at least %.4f", k, ari, peer-0.02)
	}
}
