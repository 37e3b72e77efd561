package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"curio/serve/servetest"
)

func TestSwapUnderLoad(t *testing.T) {
	shelf := newShelf(t)
	editions := map[string]string{} // by version
	var versions []string
	for _, edition := range []string{"a", "b", "c"} {
		v := shelf.publish(t, edition)
		editions[v] = edition
		versions = append(versions, v)
	}
	bad := shelf.publish(t, "bad")
	shelf.tamper(t, bad)
	shelf.move(t, versions[0])
	s := launch(t, "--store", shelf.dir)
	until(t, "ready", func() bool { code, _ := s.get(t, "/health/ready"); return code == 200 })

	stop := make(chan struct{})
	var clients sync.WaitGroup
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
	for i := range 9 {
		next := versions[(i+1)%len(versions)]
		if i%3 == 2 {
			shelf.move(t, bad)
			until(t, "refused", func() bool {
				_, body := s.get(t, "/v1/model")
				refused, _ := body["follow"].(map[string]any)["refused"].(map[string]any)
				return refused["version"] == bad
			})
		}
		shelf.move(t, next)
		until(t, "swapped", func() bool { _, body := s.get(t, "/v1/model"); return body["model_version"] == next })
	}
	close(stop)
	clients.Wait()
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
	if total[bad] > 0 {
		t.Error("the tampered version answered")
	}
	if code := s.stop(); code != 0 {
		t.Errorf("exit code %d", code)
	}
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

func (s *shelf) tamper(t *testing.T, version string) {
	t.Helper()
	m, err := s.Manifest(t.Context(), version)
	if err != nil {
		t.Fatal(err)
	}
	var digest string
	for _, b := range m.Blobs {
		if b.Name == "interest.safetensors" {
			digest = b.SHA256
		}
	}
	found := false
	err = filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(path, digest) {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found = true
		data[len(data)/2] ^= 1
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
		return os.WriteFile(path, data, 0o600)
	})
	if err != nil || !found {
		t.Fatalf("blob %s: found %v, %v", digest, found, err)
	}
}
