package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"curio/serve/guard"
)

// side is one address that is listened on, and what answers there.
type side struct {
	name, addr string
	server     *http.Server
	listener   net.Listener
}

// listen listens on every side or on none. With files both speak TLS.
func listen(sides []*side, files *guard.TLS) error {
	for i, s := range sides {
		var err error
		if s.listener, err = net.Listen("tcp", s.addr); err != nil {
			for _, before := range sides[:i] {
				err = errors.Join(err, before.listener.Close())
			}
			return fmt.Errorf("listen for the %s side: %w", s.name, err)
		}
		if files != nil {
			s.server.TLSConfig = files.Config()
		}
	}
	return nil
}

func (s *side) url() string {
	scheme := "http"
	if s.server.TLSConfig != nil {
		scheme = "https"
	}
	return scheme + "://" + s.listener.Addr().String()
}

func (s *side) serve() error {
	serve := s.server.Serve
	if s.server.TLSConfig != nil {
		serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }
	}
	if err := serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the %s side: %w", s.name, err)
	}
	return nil
}

// stop answers what is under way until ctx is done, and cuts off the rest.
func (s *side) stop(ctx context.Context, log *slog.Logger) error {
	if err := s.server.Shutdown(ctx); err != nil {
		log.Warn("requests cut off", "side", s.name, "error", err)
		return s.server.Close()
	}
	return nil
}
