package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"curio/serve/servetest"
)

var (
	swaps = flag.Int("swaps", 40, "swaps under load")
	bad   = flag.Int("bad", 8, "truncated and tampered artifacts among them")
)

// TestSwapUnderLoad moves the alias from version to version, to bad ones in between,
// while clients ask all the time: no request fails, no answer mixes versions, and
// afterwards neither memory nor goroutines are left. In full:
//
//	go test -run SwapUnderLoad ./serve -swaps 1000 -bad 100
func TestSwapUnderLoad(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	shelf := newShelf(t)
	editions := map[string]string{} // by version
	var versions, spoilt []string
	for _, edition := range []string{"a", "b", "c"} {
		v := shelf.publish(t, edition)
		editions[v] = edition
		versions = append(versions, v)
	}
	for i := range *bad {
		spoilt = append(spoilt, shelf.spoil(t, i))
	}
	shelf.move(t, versions[0])
	s := launch(t, "--store", shelf.dir, "--cache", t.TempDir())
	until(t, "ready", func() bool { code, _ := s.get(t, "/health/ready"); return code == 200 })

	stop := make(chan struct{})
	end := sync.OnceFunc(func() { close(stop) })
	var clients sync.WaitGroup
	defer clients.Wait()
	defer end()
	served := make([]map[string]int, 4) // answers by version, a client
	for c := range served {
		served[c] = map[string]int{}
		clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if version := s.oneAnswer(t, fmt.Sprintf("/v1/users/%s/recommendations?explain=true&n=20", servetest.UserID(i%40)), editions); version != "" {
					served[c][version]++
				}
			}
		})
	}
	var before uint64
	every := *swaps / max(1, *bad)
	for i := range *swaps {
		if n := i / every; i%every == every-1 && n < *bad {
			shelf.move(t, spoilt[n])
			until(t, "refused", func() bool {
				_, body := s.get(t, "/v1/model")
				refused, _ := body["follow"].(map[string]any)["refused"].(map[string]any)
				return refused["version"] == spoilt[n]
			})
		}
		next := versions[(i+1)%len(versions)]
		shelf.move(t, next)
		until(t, "swapped", func() bool { _, body := s.get(t, "/v1/model"); return body["model_version"] == next })
		if i == *swaps/3 {
			before = heap()
		}
	}
	after := heap()
	end()
	clients.Wait()
	t.Logf("heap %.1f MiB after a third of the swaps, %.1f MiB after all", float64(before)/(1<<20), float64(after)/(1<<20))
	if after > before+before/4+(8<<20) {
		t.Errorf("memory grows: %d bytes after a third of the swaps, %d after all", before, after)
	}
	total := map[string]int{}
	for _, counts := range served {
		for v, n := range counts {
			total[v] += n
		}
	}
	for _, v := range versions {
		if total[v] == 0 {
			t.Errorf("version %s answered nothing: %v", v, total)
		}
	}
	for _, v := range spoilt {
		if total[v] > 0 {
			t.Error("a spoilt version answered")
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// heap is what is in use, with garbage collected twice: what pools let go takes two.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func (s *server) oneAnswer(t *testing.T, path string, editions map[string]string) string {
	r, err := s.client.Get(s.url + path)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer r.Body.Close()
	var body struct {
		ModelVersion string `json:"model_version"`
		Strategy     string `json:"strategy"`
		Items        []struct {
			ID      string `json:"item_id"`
			Title   string `json:"title"`
			Because []struct {
				ID    string `json:"item_id"`
				Title string `json:"title"`
			} `json:"because"`
		} `json:"items"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || r.StatusCode != 200 || len(body.Items) != 20 {
		t.Errorf("%d, %d items, %v", r.StatusCode, len(body.Items), err)
		return ""
	}
	edition := editions[body.ModelVersion]
	for _, item := range body.Items {
		if item.Title != servetest.Title(item.ID, edition) {
			t.Errorf("version %s (edition %q) answers with %q", body.ModelVersion, edition, item.Title)
		}
		for _, b := range item.Because {
			if b.Title != servetest.Title(b.ID, edition) {
				t.Errorf("version %s (edition %q) explains with %q", body.ModelVersion, edition, b.Title)
			}
		}
	}
	return body.ModelVersion
}

// spoil publishes an artifact of its own and spoils it in the n-th way.
func (s *shelf) spoil(t *testing.T, n int) (version string) {
	t.Helper()
	version = s.publish(t, fmt.Sprint("bad-", n))
	names := []string{"interest.safetensors", "items.parquet"} // others are shared with whole versions
	path := s.blob(t, version, names[n/4%len(names)])
	switch n % 4 {
	case 0:
		edit(t, path, func(data []byte) []byte { data[len(data)/2] ^= 1; return data })
	case 1:
		edit(t, path, func(data []byte) []byte { return data[:len(data)/2] })
	case 2:
		edit(t, path, func(data []byte) []byte { return make([]byte, len(data)) })
	case 3:
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	return version
}

func edit(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A new file: whoever has the old one mapped keeps it.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// tamper flips a bit in the middle of the vectors of a version.
func (s *shelf) tamper(t *testing.T, version string) {
	t.Helper()
	edit(t, s.blob(t, version, "interest.safetensors"), func(data []byte) []byte { data[len(data)/2] ^= 1; return data })
}

// blob is the file of a blob of a version.
func (s *shelf) blob(t *testing.T, version, name string) string {
	t.Helper()
	m, err := s.Manifest(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range m.Blobs {
		if b.Name == name {
			return filepath.Join(s.dir, "blobs", b.SHA256)
		}
	}
	t.Fatalf("version %s has no %s", version, name)
	return ""
}
