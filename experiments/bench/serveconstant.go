package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/gin-gonic/gin"
)

// Constant is the peer of the server: gin, answering every request for / with the same
// 421 bytes and doing nothing else.
type Constant struct{}

// constantBody is as long as what gin was measured with by wrk.
var constantBody = []byte(`{"items":"` + strings.Repeat("x", 421-12) + `"}`)

// Run listens on a free port, writes its address to out as one line, and answers until
// in ends or ctx is done: it ends with the process that started it.
func (Constant) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	gin.SetMode(gin.ReleaseMode)
	g := gin.New()
	g.GET("/", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", constantBody) })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	server := &http.Server{Handler: g}
	context.AfterFunc(ctx, func() { server.Close() })
	if _, err := fmt.Fprintln(out, l.Addr()); err != nil {
		return err
	}
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// launchConstant starts the peer: self is the command that runs Constant.
func launchConstant(ctx context.Context, self []string, folder string) (*serving, error) {
	s, err := launchProcess(ctx, filepath.Join(folder, "constant.log"), nil, self[0], self[1:]...)
	if err != nil {
		return nil, err
	}
	s.quit = s.input.Close
	err = s.until(ctx, "it listens", func() bool {
		s.address = s.lastLine()
		_, _, err := net.SplitHostPort(s.address)
		return err == nil
	})
	return s, s.orStop(err)
}
