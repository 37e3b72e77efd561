package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curio/artifacts/command"
	"curio/datasets/privacy"
	"curio/serve/servetest"
)

const (
	ourKey   = "3b0e7c51a8d94f26be1758f09c6a42d37f81e5046d9bc23aa5907e14fd6832cb"
	otherKey = "c4a90f6e28d1537bb0e86d42f91a3c757e2058bd4693fe1a0bd7c58236ef9041"
)

func keyFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// publishUnder publishes an edition whose users have pseudonyms under a key.
func (s *shelf) publishUnder(t *testing.T, edition, key string) string {
	t.Helper()
	p, err := privacy.ParseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	b, err := servetest.Pseudonymous(edition, p)
	if err != nil {
		t.Fatal(err)
	}
	version, err := s.Publish(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

const strict = "/v1/users/user-01/recommendations?strict=true"

// A server with a key serves models of raw ids and of pseudonyms under its key,
// and keeps what it has when the alias moves to one under another key.
func TestServesPseudonymousModels(t *testing.T) {
	for name, give := range map[string]func(*testing.T) []string{
		"File":     func(t *testing.T) []string { return []string{"--pseudonym-key-file", keyFile(t, ourKey+"\n")} },
		"Variable": func(t *testing.T) []string { t.Setenv("CURIO_PSEUDONYM_KEY", ourKey); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			shelf := newShelf(t)
			plain := shelf.publish(t, "a")
			shelf.move(t, plain)
			s := launch(t, append(give(t), "--store", shelf.dir)...)
			until(t, "ready", func() bool { code, _ := s.get(t, "/health/ready"); return code == 200 })
			if code, body := s.get(t, strict); code != 200 || body["model_version"] != plain {
				t.Errorf("plain: %d %v", code, body)
			}
			ours := shelf.publishUnder(t, "a", ourKey)
			shelf.move(t, ours)
			until(t, "swapped", func() bool { _, body := s.get(t, "/v1/model"); return body["model_version"] == ours })
			if code, body := s.get(t, strict); code != 200 || body["user_id"] != "user-01" || body["strategy"] != "interest" {
				t.Errorf("pseudonymous: %d %v", code, body)
			}
			others := shelf.publishUnder(t, "b", otherKey)
			shelf.move(t, others)
			until(t, "refused", func() bool {
				_, body := s.get(t, "/v1/model")
				refused, _ := body["follow"].(map[string]any)["refused"].(map[string]any)
				reason, _ := refused["reason"].(string)
				return refused["version"] == others && strings.Contains(reason, "another key")
			})
			if code, body := s.get(t, strict); code != 200 || body["model_version"] != ours {
				t.Errorf("after the refusal: %d %v", code, body)
			}
		})
	}
}

func TestServesNoPseudonymousModelWithoutTheKey(t *testing.T) {
	shelf := newShelf(t)
	shelf.move(t, shelf.publishUnder(t, "a", ourKey))
	s := launch(t, "--store", shelf.dir)
	until(t, "refused", func() bool {
		code, body := s.get(t, strict)
		detail, _ := body["detail"].(string)
		return code == 503 && body["code"] == "no_model" && strings.Contains(detail, "--pseudonym-key-file")
	})
	if code, _ := s.get(t, "/health/ready"); code != 503 {
		t.Errorf("ready: %d", code)
	}
}

func TestParseConfigKey(t *testing.T) {
	file := keyFile(t, ourKey)
	for name, c := range map[string]struct {
		args []string
		env  map[string]string
		ok   bool
	}{
		"File":           {[]string{"--pseudonym-key-file", file}, nil, true},
		"Variable":       {nil, map[string]string{"CURIO_PSEUDONYM_KEY": ourKey}, true},
		"FileByVariable": {nil, map[string]string{"CURIO_PSEUDONYM_KEY_FILE": file}, true},
		"Both":           {[]string{"--pseudonym-key-file", file}, map[string]string{"CURIO_PSEUDONYM_KEY": ourKey}, false},
		"Empty":          {nil, map[string]string{"CURIO_PSEUDONYM_KEY": ""}, false},
		"Short":          {nil, map[string]string{"CURIO_PSEUDONYM_KEY": ourKey[:62]}, false},
		"NoFile":         {[]string{"--pseudonym-key-file", file + ".no"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			for k, v := range c.env {
				t.Setenv(k, v)
			}
			got, err := parseConfig(append(c.args, "--poll", "2s"), io.Discard)
			var usage *command.UsageError
			if c.ok && (err != nil || got.Key == nil) || !c.ok && (!errors.As(err, &usage) || len(usage.Faults) != 1) {
				t.Fatalf("key %v, %v", got.Key, err)
			}
			if err != nil && (!strings.Contains(err.Error(), "--pseudonym-key-file") || strings.Contains(err.Error(), ourKey[:16])) {
				t.Error(err)
			}
		})
	}
}
