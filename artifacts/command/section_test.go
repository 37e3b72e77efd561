package command

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type weather struct {
	Wind  int               `yaml:"wind"`
	Rates map[string]string `yaml:"rates"`
	Sky   struct {
		Clouds bool `yaml:"clouds"`
	} `yaml:"sky"`
}

func (w *weather) Validate() error {
	if w.Wind < 0 {
		return errors.New("wind is negative")
	}
	return nil
}

func parseWeather(t *testing.T, file string) (weather, int, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	f := New("test", "tests.")
	w := weather{Wind: 3}
	var n int
	f.Int(&n, "n", 1, 0, 9, "a number")
	f.Section(&w, "weather", "what it is like outside")
	err := f.Parse([]string{"--config", path}, new(bytes.Buffer), nil)
	return w, n, err
}

func TestSection(t *testing.T) {
	w, n, err := parseWeather(t, "n: 4\nweather:\n  rates: {EUR: \"1.10\"}\n  sky:\n    clouds: true\n")
	if err != nil {
		t.Fatal(err)
	}
	want := weather{Wind: 3, Rates: map[string]string{"EUR": "1.10"}}
	want.Sky.Clouds = true
	if diff := cmp.Diff(want, w); diff != "" || n != 4 {
		t.Errorf("n is %d, section (-want +got):\n%s", n, diff)
	}
}

func TestSectionFaults(t *testing.T) {
	for name, c := range map[string]struct{ file, want string }{
		"unknown key":     {"weather:\n  rain: 1\n", "rain"},
		"wrong type":      {"weather:\n  wind: much\n", "wind"},
		"invalid":         {"weather:\n  wind: -1\n", "wind is negative"},
		"unknown section": {"whether:\n  wind: 1\n", "no flag or section \"whether\""},
		"no mapping":      {"- a\n", "want `name: value` lines"},
		"a list":          {"weather: [1]\n", "weather"},
		"twice":           {"n: 1\nn: 2\n", "n"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := parseWeather(t, c.file)
			var usage *UsageError
			if !errors.As(err, &usage) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

func TestHelpShowsSections(t *testing.T) {
	f := New("test", "tests.")
	f.Section(&weather{Wind: 3}, "weather", "what it is like outside")
	var out bytes.Buffer
	_ = f.Parse([]string{"--help"}, &out, nil)
	if !strings.Contains(out.String(), "# what it is like outside\n  weather:\n    wind: 3\n") {
		t.Errorf("help:\n%s", out.String())
	}
}
