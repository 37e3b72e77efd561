package public

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"curio/datasets/event"

	"github.com/google/go-cmp/cmp"
)

// data is what a source gave; events and rejects are written as one text each.
type data struct {
	Catalogue *event.Catalogue
	Events    []string
	Rejects   []string
	Notes     map[string]int
}

func folderOf(files map[string]string) folder {
	fsys := make(fstest.MapFS)
	for name, content := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(content)}
	}
	return folder{fsys, "memory"}
}

func readAll(t testing.TB, s *source) data {
	t.Helper()
	var d data
	reject := func(r event.Reject) {
		d.Rejects = append(d.Rejects, strings.TrimSpace(fmt.Sprint(r.File, ":", r.Line, " ", r.Code, " ", r.Value)))
		if r.Message == "" || r.Line < 1 {
			t.Errorf("incomplete reject %+v", r)
		}
	}
	var err error
	if d.Catalogue, err = s.Catalogue(context.Background(), reject); err != nil {
		t.Fatal(err)
	}
	files, last := max(1, len(s.Files())), event.Place(0)
	err = event.Each(context.Background(), s, reject, func(e *event.Event, part event.Part, at event.Place) error {
		if at.File() >= files || at.Line() < 1 || at < last || at == last && s.Files() == nil {
			t.Errorf("place %d:%d behind %d:%d", at.File(), at.Line(), last.File(), last.Line())
		}
		last = at
		text := fmt.Sprint([]string{"train", "validation", "test"}[part], " ", e.UserID, " ", e.Type, " ", e.ItemID)
		if e.Has&event.HasRating != 0 {
			text += fmt.Sprint(" ", e.Rating)
		}
		if e.Has&event.HasAmount != 0 {
			text += fmt.Sprint(" ", e.Amount, " ", e.Currency)
		}
		if e.TS != 0 {
			text += fmt.Sprint(" @", int64(e.TS))
		}
		d.Events = append(d.Events, text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	d.Notes = s.Notes()
	return d
}

func diff(t *testing.T, what string, want, got any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s:\n%s", what, d)
	}
}

func TestMissingFilesAreNamed(t *testing.T) {
	empty := t.TempDir()
	for name, open := range map[string]func(string) (event.Source, error){
		"train.txt": LightGCN, ".inter": RecBole, "ratings.dat": MovieLens, "test.txt": MOOCCubeX,
		"trainCourse": KDDCup2015, "transactions.csv": CompleteJourney, "Beauty.txt": Beauty,
	} {
		for _, dir := range []string{empty, filepath.Join(empty, "nowhere")} {
			_, err := open(dir)
			if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), dir) {
				t.Fatalf("%s: %v, want fs.ErrNotExist and the folder", name, err)
			}
			if dir == empty && !strings.Contains(err.Error(), name) {
				t.Errorf("%q does not name %s", err, name)
			}
		}
		file := filepath.Join(empty, "..", "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := open(file); err == nil {
			t.Errorf("%s: no error for a file in place of a folder", name)
		}
	}
}

func TestSourcesStop(t *testing.T) {
	var many strings.Builder
	for u := range 3000 {
		fmt.Fprintln(&many, u, 1, 2)
	}
	s, err := lightGCN(folderOf(map[string]string{"train.txt": many.String(), "test.txt": ""}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	err = event.Each(ctx, s, nil, func(*event.Event, event.Part, event.Place) error { n++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || n > 2100 {
		t.Errorf("after %d events: %v, want %v at once", n, err, context.Canceled)
	}
	if _, err := s.Catalogue(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("catalogue: %v, want %v", err, context.Canceled)
	}
	enough := errors.New("enough")
	if err := event.Each(context.Background(), s, nil, func(*event.Event, event.Part, event.Place) error { return enough }); err != enough {
		t.Errorf("error %v, want that of yield", err)
	}
}
