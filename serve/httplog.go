package main

import (
	"bytes"
	"log/slog"
)

// httpLog takes what net/http has to say. That a client cannot agree on TLS is not worth
// a line each time: anybody could fill the log.
type httpLog struct{ log *slog.Logger }

func (h httpLog) Write(line []byte) (int, error) {
	say := h.log.Warn
	if bytes.HasPrefix(line, []byte("http: TLS handshake error")) {
		say = h.log.Debug
	}
	say(string(bytes.TrimSpace(line)))
	return len(line), nil
}
