package miniostore

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"curio/artifacts/store"
)

const (
	pingEvery = 5 * time.Second // how often MinIO says that it is still there
	deafAfter = 3 * pingEvery   // without a word from it, the connection is dead

	firstSilence = 500 * time.Millisecond // before listening again
	lastSilence  = time.Minute

	presigned = 5 * time.Minute // how long the address of a stream may be used to open it
	maxEvent  = 1 << 20         // bytes of one line
)

var _ store.Listener = (*Store)(nil)

// errMute says that a server has no stream of events.
var errMute = errors.New("the server tells nobody of changes")

// Listen implements store.Listener by the bucket notifications of MinIO, a
// stream that other servers do not have. When it breaks it is opened again,
// after a pause that grows while that fails.
//
// minio-go has a call for the stream, which between two connections sleeps for up
// to 30 s whatever its context says, and keeps 4 MiB for each line.
func (s *Store) Listen(ctx context.Context, key string, changed func()) {
	for pause := firstSilence; ; pause = min(2*pause, lastSilence) {
		opened, err := s.listen(ctx, key, changed)
		if ctx.Err() != nil || errors.Is(err, errMute) {
			return
		}
		if opened {
			pause = firstSilence
		}
		timer := time.NewTimer(pause/2 + rand.N(pause/2))
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// listen opens one stream and follows it to its end, which is always an error.
func (s *Store) listen(ctx context.Context, key string, changed func()) (opened bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	deaf := time.AfterFunc(deafAfter, cancel)
	defer deaf.Stop()

	u, err := s.single.Presign(ctx, http.MethodGet, s.bucket, "", presigned, url.Values{
		"events": {"s3:ObjectCreated:*", "s3:ObjectRemoved:*"},
		"prefix": {s.prefix + key},
		"suffix": {""},
		"ping":   {strconv.Itoa(int(pingEvery / time.Second))},
	})
	if err != nil {
		return false, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return false, err
	}
	resp, err := s.stream.RoundTrip(req)
	if err != nil {
		return false, err
	}
	defer resp.Body.Close()
	kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	switch {
	case resp.StatusCode != http.StatusOK:
		return false, fmt.Errorf("listen: %s", resp.Status)
	case kind != "text/event-stream":
		return false, errMute // to S3 these are odd parameters of a listing
	}
	changed() // whatever happened before this stream was open
	return true, follow(resp.Body, func(event bool) {
		deaf.Reset(deafAfter)
		if event {
			changed()
		}
	})
}

// follow calls heard for each line of a stream: with true for an event, with
// false for a sign of life.
func follow(stream io.Reader, heard func(event bool)) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxEvent)
	for lines.Scan() {
		var said struct{ Records []json.RawMessage }
		err := json.Unmarshal(lines.Bytes(), &said)
		heard(err != nil || len(said.Records) > 0)
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return io.ErrUnexpectedEOF
}
