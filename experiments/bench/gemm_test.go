package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"testing"
	"time"
)

// multiplies is a peer whose sums are ours times a factor and which takes 1 s a
// task, but for tasks with no depth: there it ends.
func multiplies(factor float64) {
	fmt.Println(`{"peer": "Multiplier 1.0"}`)
	for read := json.NewDecoder(os.Stdin); ; {
		var t task
		if err := read.Decode(&t); err != nil || t.K == 0 {
			fmt.Fprintf(os.Stderr, "no more: %v\n", err)
			return
		}
		fmt.Printf("{\"seconds\": 1, \"sum\": %v}\n", factor*t.do(ticks(time.Second)).Sum)
	}
}

func multiplierThat(t *testing.T, does string) (*multiplier, error) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(asPeer, does)
	m, err := startMultiplier(t.Context(), program)
	if err == nil {
		t.Cleanup(m.stop)
	}
	return m, err
}

var tinyProduct = Product{"test", "NT", 60, 70, 50}

func TestGemmContest(t *testing.T) {
	m, err := multiplierThat(t, "multiplies")
	if err != nil {
		t.Fatal(err)
	}
	if m.name != "Multiplier 1.0" {
		t.Errorf("name %q", m.name)
	}
	d, err := Gemm{Rounds: 3}.contest(t.Context(), task{Product: tinyProduct, Workers: 2}, m, ticks(time.Second/2))
	if err != nil {
		t.Fatal(err)
	}
	// 3 ms at 100 GFLOP/s, twice, in half a second.
	if d.GFLOPs != 1.2 || d.Peer != 0.6 || d.Ratio != 2 || d.Paired != 2 {
		t.Errorf("result %+v", d)
	}
}

func TestGemmPeerFails(t *testing.T) {
	for does, want := range map[string]string{
		"multiplies wrongly": "sums up to",
		"lacks torch":        "No module named 'torch'",
		"fails":              "out of luck",
		"says nothing":       "EOF",
	} {
		m, err := multiplierThat(t, does)
		if err == nil {
			_, err = Gemm{Rounds: 1}.contest(t.Context(), task{Product: tinyProduct, Workers: 1}, m, ticks(time.Second))
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a peer that %s: error %v, want %q", does, err, want)
		}
	}
	m, err := multiplierThat(t, "multiplies")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.do(task{}); err == nil || err.Error() != "no more: <nil>" {
		t.Errorf("a peer that ends: error %v", err)
	}
}

// The sum that programs have to agree on is that of the product by hand.
func TestProductByHand(t *testing.T) {
	for _, op := range []string{"NN", "NT", "TN"} {
		p := tinyProduct
		p.Op = op
		o := p.operands()
		var want float64
		for i := range p.M {
			for j := range p.N {
				var sum float64
				for q := range p.K {
					a, b := i*p.K+q, q*p.N+j
					if op == "TN" {
						a = q*p.M + i
					}
					if op == "NT" {
						b = j*p.K + q
					}
					sum += float64(o.a[a]) * float64(o.b[b])
				}
				want += math.Abs(sum)
			}
		}
		if got := (task{Product: p, Workers: 1, Calls: 3}).do(ticks(time.Second)).Sum; math.Abs(got/want-1) > 1e-5 {
			t.Errorf("%s sums up to %v, want %v", op, got, want)
		}
	}
}

func TestGemmWithoutOpenBLAS(t *testing.T) {
	caches(t)
	for name, folder := range map[string]string{"NoFolder": t.TempDir() + "/openblas", "NotAsked": ""} {
		t.Run(name, func(t *testing.T) {
			r, err := Gemm{Rounds: 1, Workers: 1, Peers: folder != "", OpenBLAS: folder}.Run(t.Context(), ticks(time.Second), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(r.LeftOut, "OpenBLAS: there is no go.mod in"); got != (folder != "") {
				t.Errorf("left out %q", r.LeftOut)
			}
			if len(r.Products) != len(Products()) || r.Least != 0 || r.Products[0].One.GFLOPs != 0.3 {
				t.Errorf("result %+v", r)
			}
			var text strings.Builder
			if err := r.Write(&text); err != nil || strings.Contains(text.String(), "ratio") {
				t.Errorf("wrote, with error %v:\n%s", err, &text)
			}
		})
	}
}

// TestGemmBesideOpenBLAS checks that both programs compute the same products.
func TestGemmBesideOpenBLAS(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	r, err := Gemm{Rounds: 1, Workers: 2, Peers: true, OpenBLAS: "openblas"}.Run(t.Context(), time.Now, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if r.LeftOut != "" {
		t.Skip(r.LeftOut)
	}
	var text strings.Builder
	if err := r.Write(&text); err != nil || !strings.Contains(text.String(), "peer: OpenBLAS") || !(r.Least > 0) {
		t.Errorf("wrote, with error %v:\n%s", err, &text)
	}
}
