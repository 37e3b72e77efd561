package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"curio/serve/guard"
)

// What is in the folder deploy goes by flags, ports, paths and modes of the programs.
// Whether it still does can be told without Docker, Kubernetes and systemd.

func deployed(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// documents decodes a YAML file.
func documents[T any](t *testing.T, name string) (all []T) {
	t.Helper()
	for d := yaml.NewDecoder(strings.NewReader(deployed(t, name))); ; {
		var v T
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, v)
	}
}

type composition struct {
	Services map[string]struct {
		Image, User string
		ReadOnly    bool `yaml:"read_only"`
		Environment map[string]string
		Ports       []string
		Grace       time.Duration `yaml:"stop_grace_period"`
	}
}

// object has what the tests look at, of any kind of object of Kubernetes.
type object struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     struct {
		Selector struct {
			Labels map[string]string `yaml:"matchLabels"`
		}
		Template    pod
		JobTemplate struct{ Spec struct{ Template pod } } `yaml:"jobTemplate"`
		Least       int                                   `yaml:"minReplicas"`
		Available   int                                   `yaml:"minAvailable"`
		Target      struct{ Kind, Name string }           `yaml:"scaleTargetRef"`
	}
}

type pod struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		Grace      int            `yaml:"terminationGracePeriodSeconds"`
		Security   map[string]any `yaml:"securityContext"`
		Containers []struct {
			Image         string
			Command, Args []string
			Security      map[string]any `yaml:"securityContext"`
			Startup       probe          `yaml:"startupProbe"`
			Readiness     probe          `yaml:"readinessProbe"`
			Liveness      probe          `yaml:"livenessProbe"`
			Ports         []struct {
				Name   string
				Number int `yaml:"containerPort"`
			}
		}
		Volumes []volume
	}
}

type volume struct {
	Name   string
	Secret struct {
		Mode os.FileMode `yaml:"defaultMode"`
	}
}

type probe struct {
	Get struct{ Path, Port string } `yaml:"httpGet"`
}

// launched is how a file starts a program.
type launched struct {
	args  []string
	env   map[string]string
	grace time.Duration // between the signals to stop and to end; 0 where nothing drains
}

// launches lists every start, by program and file.
func launches(t *testing.T) (serve, train map[string]launched) {
	t.Helper()
	serve, train = map[string]launched{}, map[string]launched{}
	c := documents[composition](t, "compose.yaml")[0]
	serve["compose"] = launched{env: c.Services["serve"].Environment, grace: c.Services["serve"].Grace}
	train["compose"] = launched{env: c.Services["train"].Environment}

	shared := pairs(strings.Split(deployed(t, "kubernetes/settings.env"), "\n"))
	p := documents[object](t, "kubernetes/deployment.yaml")[0].Spec.Template.Spec
	serve["kubernetes"] = launched{p.Containers[0].Args, shared, time.Duration(p.Grace) * time.Second}
	train["kubernetes"] = launched{args: documents[object](t, "kubernetes/train.yaml")[0].Spec.JobTemplate.Spec.Template.Spec.Containers[0].Args, env: shared}

	serve["systemd"] = unit(t, "curio-serve.service")
	train["systemd"] = unit(t, "curio-train.service")
	return serve, train
}

func pairs(lines []string) map[string]string {
	all := map[string]string{}
	for _, line := range lines {
		if name, value, ok := strings.Cut(line, "="); ok {
			all[name] = value
		}
	}
	return all
}

func unit(t *testing.T, name string) (l launched) {
	t.Helper()
	var env []string
	for _, line := range strings.Split(deployed(t, name), "\n") {
		switch key, value, _ := strings.Cut(line, "="); key {
		case "ExecStart":
			l.args = strings.Fields(value)[1:]
		case "Environment":
			env = append(env, value)
		case "TimeoutStopSec":
			l.grace, _ = time.ParseDuration(value)
		}
	}
	l.env = pairs(env)
	return l
}

// flagsIn returns the names of the flags that a usage lists, as variables.
func flagsIn(usage string) (names []string) {
	for _, m := range regexp.MustCompile(`(?m)^  -([a-z0-9-]+)`).FindAllStringSubmatch(usage, -1) {
		names = append(names, "CURIO_"+strings.ToUpper(strings.ReplaceAll(m[1], "-", "_")))
	}
	return names
}

// variable is one of the programs, in any file. CURIO_PSEUDONYM_KEY is no flag.
var variable = regexp.MustCompile(`\bCURIO_[A-Z0-9_]*[A-Z0-9]\b`)

func TestDeployedSettings(t *testing.T) {
	program := filepath.Join(t.TempDir(), "train")
	if out, err := exec.Command("go", "build", "-o", program, "../train").CombinedOutput(); err != nil {
		t.Fatalf("go build train: %v\n%s", err, out)
	}
	trainUsage, err := exec.Command(program, "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	var serveUsage bytes.Buffer
	if _, err := parseConfig([]string{"--help"}, &serveUsage); !errors.Is(err, flag.ErrHelp) {
		t.Fatal(err)
	}
	known := map[string][]string{"serve": flagsIn(serveUsage.String()), "train": flagsIn(string(trainUsage))}
	serve, train := launches(t)

	for where, l := range serve {
		t.Run("Serve/"+where, func(t *testing.T) {
			checkNames(t, l.env, append(known["serve"], known["train"]...))
			for name, value := range l.env {
				t.Setenv(name, value)
			}
			c, err := parseConfig(l.args, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			// Requests are waited for, then events, and the rest takes a moment.
			if least := 2*c.Drain + 5*time.Second; l.grace < least {
				t.Errorf("%s between the signals, want %s at least", l.grace, least)
			}
			if !strings.HasSuffix(c.Addr, ":8080") || !strings.HasSuffix(c.Admin, ":8081") {
				t.Errorf("listens on %s and %s; every file has 8080 and 8081", c.Addr, c.Admin)
			}
			if c.Insecure {
				t.Error("asks nobody who they are")
			}
		})
	}
	for where, l := range train {
		t.Run("Train/"+where, func(t *testing.T) {
			checkNames(t, l.env, append(known["serve"], known["train"]...))
			cmd := exec.Command(program, "--explain-config")
			folder := t.TempDir() // for those that are mounted or made by systemd
			here := strings.NewReplacer("/var/cache/curio-train", folder, "/var/cache/curio", folder)
			for _, arg := range l.args {
				cmd.Args = append(cmd.Args, here.Replace(arg))
			}
			for name, value := range l.env {
				cmd.Env = append(cmd.Env, name+"="+here.Replace(value))
			}
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	err = filepath.WalkDir("deploy", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		for _, name := range variable.FindAllString(string(data), -1) {
			if !slices.Contains(known["serve"], name) && !slices.Contains(known["train"], name) && name != "CURIO_PSEUDONYM_KEY" {
				t.Errorf("%s speaks of %s, which no program reads", path, name)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func checkNames(t *testing.T, env map[string]string, known []string) {
	t.Helper()
	for name := range env {
		if !strings.HasPrefix(name, "AWS_") && !slices.Contains(known, name) {
			t.Errorf("%s is no flag", name)
		}
	}
}

func TestDeployedContainers(t *testing.T) {
	for name, s := range documents[composition](t, "compose.yaml")[0].Services {
		switch ours := name == "serve" || name == "train" || name == "keys"; {
		case ours && (!strings.HasPrefix(s.Image, "curio:${IMAGE_TAG:?") || !s.ReadOnly || s.User != "65532:65532"):
			t.Errorf("compose: %s is %s, user %q, read-only %v", name, s.Image, s.User, s.ReadOnly)
		case !ours && !regexp.MustCompile(`:RELEASE\.\d{4}-\d\d-\d\dT[\d-]+Z$`).MatchString(s.Image):
			t.Errorf("compose: the image of %s is %s, want a release", name, s.Image)
		}
		for _, p := range s.Ports {
			if !regexp.MustCompile(`^127\.0\.0\.1:(\d+):\d+$`).MatchString(p) {
				t.Errorf("compose: %s is reached at %s, want this machine alone", name, p)
			}
		}
	}
	if got, want := documents[composition](t, "compose.yaml")[0].Services["serve"].Ports, []string{"127.0.0.1:8080:8080", "127.0.0.1:8081:8081"}; !cmp.Equal(got, want) {
		t.Errorf("compose: %s", cmp.Diff(want, got))
	}
	// Nothing has a default, least of all a secret.
	for _, m := range regexp.MustCompile(`\$\{[^}]*\}`).FindAllString(deployed(t, "compose.yaml"), -1) {
		if !strings.Contains(m, ":?") {
			t.Errorf("compose: %s is not asked for", m)
		}
	}

	image := deployed(t, "Dockerfile")
	last := image[strings.LastIndex(image, "\nFROM ")+1:]
	for _, line := range []string{"FROM scratch", "USER 65532:65532", "EXPOSE 8080 8081", "STOPSIGNAL SIGTERM"} {
		if !strings.Contains(last, line+"\n") {
			t.Errorf("Dockerfile: no %q", line)
		}
	}
	module, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	language := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(module)[1]
	if !regexp.MustCompile(`(?m)^ARG GO_VERSION=` + regexp.QuoteMeta(string(language)) + `\.\d+$`).MatchString(image) {
		t.Errorf("Dockerfile: want a release of Go %s", language)
	}
}

func TestDeployedToKubernetes(t *testing.T) {
	type kustomization struct {
		Resources []string
		Images    []struct {
			Name string
			Tag  string `yaml:"newTag"`
		}
	}
	k := documents[kustomization](t, "kubernetes/kustomization.yaml")[0]
	files, err := filepath.Glob("deploy/kubernetes/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"kustomization.yaml"}
	objects := map[string]object{}
	for _, name := range k.Resources {
		want = append(want, name)
		for _, o := range documents[object](t, "kubernetes/"+name) {
			objects[o.Kind+" "+o.Metadata.Name] = o
		}
	}
	for i, f := range files {
		files[i] = filepath.Base(f)
	}
	if slices.Sort(want); !cmp.Equal(files, want) {
		t.Errorf("kustomization: %s", cmp.Diff(want, files))
	}
	if len(k.Images) != 1 || k.Images[0].Name != "curio" || k.Images[0].Tag == "" || k.Images[0].Tag == "latest" {
		t.Errorf("images %+v, want curio with a tag", k.Images)
	}

	server, job := objects["Deployment curio-serve"].Spec, objects["CronJob curio-train"].Spec.JobTemplate.Spec
	for name, p := range map[string]pod{"serve": server.Template, "train": job.Template} {
		if c := p.Spec.Containers[0]; c.Image != "curio" || !slices.Equal(c.Command, []string{"/usr/bin/" + name}) ||
			c.Security["readOnlyRootFilesystem"] != true || c.Security["allowPrivilegeEscalation"] != false ||
			p.Spec.Security["runAsNonRoot"] != true || p.Spec.Security["runAsUser"] != uint64(65532) || p.Spec.Security["fsGroup"] != uint64(65532) {
			t.Errorf("%s: %+v, %+v", name, p.Spec.Security, c)
		}
	}
	labels := server.Template.Metadata.Labels
	scaler, budget := objects["HorizontalPodAutoscaler curio-serve"].Spec, objects["PodDisruptionBudget curio-serve"].Spec
	for name, selected := range map[string]map[string]string{"deployment": server.Selector.Labels, "budget": budget.Selector.Labels} {
		if !maps.Equal(selected, labels) {
			t.Errorf("%s selects %v, want %v", name, selected, labels)
		}
	}
	if scaler.Target.Kind != "Deployment" || scaler.Target.Name != "curio-serve" || scaler.Least < 2 || budget.Available < 1 || budget.Available >= scaler.Least {
		t.Errorf("autoscaler %+v, %d available", scaler, budget.Available)
	}

	c := server.Template.Spec.Containers[0]
	ports := map[string]int{}
	for _, p := range c.Ports {
		ports[p.Name] = p.Number
	}
	if want := map[string]int{"api": 8080, "admin": 8081}; !maps.Equal(ports, want) {
		t.Errorf("ports %v, want %v", ports, want)
	}
	s := launch(t, "--store", newShelf(t).dir)
	for name, p := range map[string]probe{"startup": c.Startup, "readiness": c.Readiness, "liveness": c.Liveness} {
		if code, _ := s.get(t, p.Get.Path); p.Get.Port != "api" || code == http.StatusNotFound || code != http.StatusOK && name != "readiness" {
			t.Errorf("%s asks for %s on %s, which is answered %d without a model", name, p.Get.Path, p.Get.Port, code)
		}
	}
}

// What Kubernetes makes of the secret is a file that keys are taken from.
func TestDeployedKeysAreTaken(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys.json")
	if code := run(t.Context(), []string{"keys", "add", "shop", "--keys", file}, io.Discard, io.Discard); code != 0 {
		t.Fatalf("keys add ends with %d", code)
	}
	volumes := documents[object](t, "kubernetes/deployment.yaml")[0].Spec.Template.Spec.Volumes
	i := slices.IndexFunc(volumes, func(v volume) bool { return v.Name == "keys" })
	if i < 0 {
		t.Fatal("no volume of keys")
	}
	if err := os.Chmod(file, volumes[i].Secret.Mode); err != nil {
		t.Fatal(err)
	}
	if _, err := guard.LoadKeys(file, time.Now, nil); err != nil {
		t.Error(err)
	}
}

func TestDeployedScrape(t *testing.T) {
	type prometheus struct {
		Jobs []struct {
			Path string `yaml:"metrics_path"`
		} `yaml:"scrape_configs"`
	}
	s := launch(t, "--store", newShelf(t).dir)
	r, err := s.client.Get(s.admin + documents[prometheus](t, "prometheus.yaml")[0].Jobs[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text, err := io.ReadAll(r.Body); err != nil || !bytes.Contains(text, []byte("\ncurio_")) {
		t.Errorf("%d, %v, %.200s", r.StatusCode, err, text)
	}
}
