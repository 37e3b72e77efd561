// Command openblas multiplies float32 matrices with OpenBLAS, as a peer of
// experiments bench gemm. It first prints {"peer": NAME} on a line of its own,
// then answers every line of JSON it reads, a task, with one.
//
// It is a module of its own because it needs cgo. The library is loaded when it
// runs, so none of its headers are needed to build it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "openblas:", err)
		os.Exit(1)
	}
}

// task is a product C = op(A) op(B) + C to compute calls times on each of
// workers threads, each with operands of its own.
type task struct {
	Op      string `json:"op"` // NN, NT or TN
	M       int    `json:"m"`
	N       int    `json:"n"`
	K       int    `json:"k"`
	Workers int    `json:"workers"`
	Calls   int    `json:"calls"`
}

// answer is what a task took, and the sum of the absolute values of AB.
type answer struct {
	Seconds float64 `json:"seconds"`
	Sum     float64 `json:"sum"`
}

func run(in io.Reader, out io.Writer) error {
	name, err := load("libopenblas.so.0")
	if err != nil {
		return err
	}
	write := json.NewEncoder(out)
	if err := write.Encode(map[string]string{"peer": name}); err != nil {
		return err
	}
	for read := json.NewDecoder(in); ; {
		var t task
		if err := read.Decode(&t); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if t.Op != "NN" && t.Op != "NT" && t.Op != "TN" || min(t.M, t.N, t.K, t.Workers, t.Calls) < 1 {
			return fmt.Errorf("task %+v is none", t)
		}
		if err := write.Encode(t.do()); err != nil {
			return err
		}
	}
}

// do computes the product once more than is measured, which warms up.
func (t task) do() (a answer) {
	products := make([]*product, t.Workers)
	for w := range products {
		products[w] = newProduct(t)
	}
	for _, v := range products[0].c {
		a.Sum += max(float64(v), -float64(v))
	}
	var done sync.WaitGroup
	start := time.Now()
	for _, p := range products {
		done.Go(func() { p.multiply(t.Calls) })
	}
	done.Wait()
	a.Seconds = time.Since(start).Seconds()
	return a
}

// product is the memory of one thread.
type product struct {
	task
	a, b, c []float32
}

// newProduct fills the operands with numbers that the other program knows too.
func newProduct(t task) *product {
	p := &product{t, make([]float32, t.M*t.K), make([]float32, t.K*t.N), make([]float32, t.M*t.N)}
	for i := range p.a {
		p.a[i] = float32(i*7%101)/101 - 0.25
	}
	for i := range p.b {
		p.b[i] = float32(i*11%103)/103 - 0.25
	}
	p.multiply(1)
	return p
}
