package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// PeerSpeed is how fast another program says it does the same step.
type PeerSpeed struct {
	Name string `json:"peer"` // as it calls itself
	Speed
}

// killed is how long a peer that was told to stop may keep its output open.
const killed = 5 * time.Second

// Peer runs a Python script that measures the same step and reads the JSON
// object in the last line it prints: the fields of PeerSpeed. The script is given
// --users --items --batch --negatives --dim --steps and, for the workers,
// --threads. It is run by the interpreter its first line names, else by python3.
func Peer(ctx context.Context, script string, s Step) (PeerSpeed, error) {
	run, err := interpreter(script)
	if err != nil {
		return PeerSpeed{}, err
	}
	run = append(run, script)
	for _, flag := range []struct {
		name  string
		value int
	}{
		{"users", s.Users}, {"items", s.Items}, {"batch", s.Batch}, {"negatives", s.Negatives},
		{"dim", s.Dim}, {"steps", s.Steps}, {"threads", s.Workers},
	} {
		run = append(run, "--"+flag.name, strconv.Itoa(flag.value))
	}
	var printed, complaint tail
	c := exec.CommandContext(ctx, run[0], run[1:]...)
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &complaint, killed
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return PeerSpeed{}, ctx.Err()
		}
		return PeerSpeed{}, fmt.Errorf("peer %s: %s", script, explain(err, run[0], complaint.lastLine()))
	}
	p, err := parseSpeed(printed.lastLine())
	if err != nil {
		return PeerSpeed{}, fmt.Errorf("peer %s: %w", script, err)
	}
	return p, nil
}

// interpreter is the command that runs a script.
func interpreter(script string) ([]string, error) {
	f, err := os.Open(script)
	if err != nil {
		return nil, fmt.Errorf("open peer: %w", err)
	}
	defer f.Close()
	line, err := bufio.NewReader(f).ReadSlice('\n')
	if named, ok := bytes.CutPrefix(line, []byte("#!")); ok && err == nil {
		if words := strings.Fields(string(named)); len(words) > 0 {
			return words, nil
		}
	}
	return []string{"python3"}, nil
}

var noModule = regexp.MustCompile(`No module named '([^']+)'`)

// explain says why a peer did not run and what to do.
func explain(err error, program, complaint string) string {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf("there is no %s here: install Python, or leave out the peer", program)
	}
	if m := noModule.FindStringSubmatch(complaint); m != nil {
		return fmt.Sprintf("%s has no module %s: install it (Debian: apt-get install python3-%s), or leave out the peer", program, m[1], m[1])
	}
	if complaint == "" {
		return err.Error()
	}
	return fmt.Sprintf("%v: %s", err, complaint)
}

func parseSpeed(line string) (PeerSpeed, error) {
	var p PeerSpeed
	if err := json.Unmarshal([]byte(line), &p); err != nil {
		return p, fmt.Errorf("its last line %.80q is no JSON object: %w", line, err)
	}
	if !(p.MsPerStep > 0) {
		return p, fmt.Errorf("its last line %.200q has no ms_per_step above 0", line)
	}
	return p, nil
}

// tail keeps the end of what is written to it.
type tail struct{ kept []byte }

const maxTail = 64 << 10 // bytes

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - maxTail; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

// lastLine is the last line with something in it.
func (t *tail) lastLine() string {
	text := strings.TrimSpace(string(t.kept))
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}
