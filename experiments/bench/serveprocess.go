package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// serving is a running server, in a process of its own.
type serving struct {
	address, admin string // host:port; no admin side where that is empty
	log            string // file
	cmd            *exec.Cmd
	ended          chan struct{}
	err            error // why it ended, after ended is closed
	client         *http.Client
	input          io.Closer    // stays open as long as this process lives
	quit           func() error // tells it to stop
}

// buildServer builds the program that is measured into a folder and returns its path.
// It is run in a folder of this module.
func buildServer(ctx context.Context, folder string) (string, error) {
	program := filepath.Join(folder, "serve")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	var printed tail
	c := exec.CommandContext(ctx, "go", "build", "-o", program, "curio/serve")
	c.Stdout, c.Stderr, c.WaitDelay = &printed, &printed, killed
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("go build curio/serve, in the folder of the module: %w: %s", err, printed.lastLine())
	}
	return program, nil
}

// launchServer starts a server as it is in production: it logs every request, as JSON,
// to a file in folder.
func launchServer(ctx context.Context, program, folder string, env []string, args ...string) (*serving, error) {
	args = append([]string{"--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0", "--log-format", "json", "--log-level", "info"}, args...)
	s, err := launchProcess(ctx, filepath.Join(folder, "server.log"), env, program, args...)
	if err != nil {
		return nil, err
	}
	err = s.until(ctx, "it listens", func() bool {
		s.address, s.admin = s.listening()
		return s.address != "" && s.admin != ""
	})
	return s, s.orStop(err)
}

// launchProcess starts a process whose output goes to a file.
func launchProcess(ctx context.Context, log string, env []string, program string, args ...string) (*serving, error) {
	if err := os.MkdirAll(filepath.Dir(log), 0o777); err != nil {
		return nil, err
	}
	out, err := os.Create(log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	s := &serving{log: log, ended: make(chan struct{}), client: &http.Client{Timeout: answerWait}}
	s.cmd = exec.CommandContext(ctx, program, args...)
	s.cmd.Env = append(os.Environ(), env...)
	s.cmd.Stdout, s.cmd.Stderr, s.cmd.WaitDelay = out, out, killed
	s.quit = s.signal
	s.cmd.Cancel = s.signal
	if s.input, err = s.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	go func() {
		defer close(s.ended)
		s.err = s.cmd.Wait()
	}()
	return s, nil
}

func (s *serving) signal() error {
	if runtime.GOOS == "windows" {
		return s.cmd.Process.Kill()
	}
	return s.cmd.Process.Signal(syscall.SIGTERM)
}

// stop ends the process and returns what it failed with.
func (s *serving) stop() error {
	s.client.CloseIdleConnections()
	select {
	case <-s.ended:
		return fmt.Errorf("it ended by itself: %w; its log ends with: %s", s.err, s.lastLine())
	default:
	}
	if err := s.quit(); err != nil {
		return err
	}
	select {
	case <-s.ended:
	case <-time.After(answerWait):
		return errors.Join(fmt.Errorf("it does not stop"), s.cmd.Process.Kill())
	}
	return s.err
}

// orStop returns err, and stops the process if there is one.
func (s *serving) orStop(err error) error {
	if err != nil {
		err = errors.Join(err, s.stop())
	}
	return err
}

// readyWithin bounds the wait for a condition.
const readyWithin = 2 * time.Minute

// until waits for a condition, which is looked at every few milliseconds.
func (s *serving) until(ctx context.Context, what string, done func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for !done() {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-s.ended:
			return fmt.Errorf("the server ended before %s", what)
		case <-ctx.Done():
			return fmt.Errorf("%w before %s; its log ends with: %s", ctx.Err(), what, s.lastLine())
		}
	}
	return nil
}

func (s *serving) lastLine() string {
	data, _ := os.ReadFile(s.log)
	t := tail{data}
	return t.lastLine()
}

// listening reads from the log where the server listens.
func (s *serving) listening() (address, admin string) {
	f, err := os.Open(s.log)
	if err != nil {
		return "", ""
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var line struct{ Msg, URL, Side string }
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Msg != "listening" {
			continue
		}
		host := strings.TrimPrefix(line.URL, "http://")
		if line.Side == "admin" {
			admin = host
		} else {
			address = host
		}
	}
	return address, admin
}

// ready waits for a model in service.
func (s *serving) ready(ctx context.Context) error {
	return s.until(ctx, "it is ready", func() bool {
		_, err := s.get(ctx, s.address, "/health/ready")
		return err == nil
	})
}

// get returns the body of an answer with 200.
func (s *serving) get(ctx context.Context, address, path string) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(q)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d: %.300s", path, answer.StatusCode, body)
	}
	return body, err
}

// metric returns the value of a metric without labels.
func (s *serving) metric(ctx context.Context, name string) (float64, error) {
	body, err := s.get(ctx, s.admin, "/metrics")
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(body) {
		if value, ok := strings.CutPrefix(string(line), name+" "); ok {
			return strconv.ParseFloat(strings.TrimSpace(value), 64)
		}
	}
	return 0, fmt.Errorf("there is no metric %s", name)
}

// profile writes a profile of so many seconds of the server's processor time to a file.
func (s *serving) profile(ctx context.Context, seconds int, file string) error {
	data, err := s.get(ctx, s.admin, "/debug/pprof/profile?seconds="+strconv.Itoa(seconds))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o666)
}
