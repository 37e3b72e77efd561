package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// multiplier is another program that computes products on request.
type multiplier struct {
	name    string // as it calls itself
	program *exec.Cmd
	ask     io.WriteCloser
	answers *json.Decoder
	errors  *tail
}

// openBLAS builds and starts the module in a folder. The error says what is
// missing.
func openBLAS(ctx context.Context, folder string, notes io.Writer) (*multiplier, error) {
	m := peerModule{folder: folder, name: "openblas", what: "the peer that runs OpenBLAS", needs: "cgo and a C compiler: Debian's gcc"}
	program, err := m.build(ctx, notes)
	if err != nil {
		return nil, err
	}
	return startMultiplier(ctx, program)
}

// startMultiplier starts a program, which says its name first.
func startMultiplier(ctx context.Context, program string, args ...string) (*multiplier, error) {
	c := exec.CommandContext(ctx, program, args...)
	m := &multiplier{program: c, errors: new(tail)}
	c.Stderr, c.WaitDelay = m.errors, killed
	ask, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	answers, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	m.ask, m.answers = ask, json.NewDecoder(answers)
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	var hello struct {
		Peer string `json:"peer"`
	}
	if err := m.answers.Decode(&hello); err != nil {
		return nil, m.complaint(err)
	}
	m.name = hello.Peer
	return m, nil
}

// do has a task done.
func (m *multiplier) do(t task) (a answer, err error) {
	err = json.NewEncoder(m.ask).Encode(t)
	if err == nil {
		err = m.answers.Decode(&a)
	}
	switch {
	case err != nil:
		return a, m.complaint(err)
	case !(a.Seconds > 0):
		return a, fmt.Errorf("it says that %+v took %v s", t, a.Seconds)
	}
	return a, nil
}

// complaint ends the program and returns what it said last, else the error.
func (m *multiplier) complaint(err error) error {
	m.stop()
	if said := m.errors.lastLine(); said != "" {
		return errors.New(said)
	}
	return err
}

// stop ends the program and waits for it.
func (m *multiplier) stop() {
	m.ask.Close()
	_ = m.program.Wait() // how it ends says nothing of what it answered
}
