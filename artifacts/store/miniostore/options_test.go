package miniostore

import (
	"errors"
	"strings"
	"testing"
	"time"

	"curio/artifacts/store"
	"curio/artifacts/store/miniotest"
)

func TestOptions(t *testing.T) {
	good := Options{Bucket: "bucket", AccessKey: "a", SecretKey: "b"}
	tests := map[string]struct {
		change func(*Options)
		says   string // "" for fine
	}{
		"Defaults":      {func(*Options) {}, ""},
		"NoBucket":      {func(o *Options) { o.Bucket = "" }, "the bucket is missing"},
		"ShortBucket":   {func(o *Options) { o.Bucket = "bu" }, "3 to 63"},
		"ShortestName":  {func(o *Options) { o.Bucket = "buc" }, ""},
		"LongestName":   {func(o *Options) { o.Bucket = strings.Repeat("b", 63) }, ""},
		"LongBucket":    {func(o *Options) { o.Bucket = strings.Repeat("b", 64) }, "3 to 63"},
		"UpperBucket":   {func(o *Options) { o.Bucket = "Bucket" }, "3 to 63"},
		"HostPort":      {func(o *Options) { o.Endpoint = "localhost:9000" }, ""},
		"URL":           {func(o *Options) { o.Endpoint = "https://localhost:9000/" }, ""},
		"Path":          {func(o *Options) { o.Endpoint = "https://localhost:9000/path" }, "host:port"},
		"OtherScheme":   {func(o *Options) { o.Endpoint = "ftp://localhost" }, "host:port"},
		"PrefixUp":      {func(o *Options) { o.Prefix = "../x" }, "prefix"},
		"LongestPrefix": {func(o *Options) { o.Prefix = strings.Repeat("p/", 127) + "pp" }, ""},
		"LongerPrefix":  {func(o *Options) { o.Prefix = strings.Repeat("p/", 127) + "ppp" }, "257 bytes"},
		"Attempts":      {func(o *Options) { o.Attempts = -1 }, "attempts"},
		"Timeout":       {func(o *Options) { o.Timeout = -1 }, "timeout"},
		"SmallestPart":  {func(o *Options) { o.PartSize = minPartSize }, ""},
		"SmallerPart":   {func(o *Options) { o.PartSize = minPartSize - 1 }, "part size"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := good
			test.change(&o)
			_, err := New(t.Context(), o)
			if test.says == "" && err != nil {
				t.Errorf("New = %v, want nil", err)
			}
			if test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("New = %v, want an error that says %q", err, test.says)
			}
		})
	}
	t.Run("AllFaults", func(t *testing.T) {
		_, err := New(t.Context(), Options{Prefix: "..", Attempts: -1})
		if err == nil || strings.Count(err.Error(), "\n") != 2 {
			t.Errorf("New = %v, want three faults", err)
		}
	})
}

func TestNoCredentials(t *testing.T) {
	bare(t)
	_, err := New(t.Context(), Options{Bucket: "bucket"})
	if !errors.Is(err, store.ErrDenied) || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("New = %v, want store.ErrDenied with what to set", err)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	if _, err := New(t.Context(), Options{Bucket: "bucket"}); err != nil {
		t.Errorf("New with credentials in the environment = %v, want nil", err)
	}
}

func TestRefusals(t *testing.T) {
	good := options(miniotest.Start(t))
	open(t, good) // makes the bucket
	open(t, good) // and finds it there
	tests := map[string]struct {
		change func(*Options)
		want   error
	}{
		"Fine":        {func(*Options) {}, nil},
		"UnknownKey":  {func(o *Options) { o.AccessKey = "nobody" }, store.ErrDenied},
		"WrongSecret": {func(o *Options) { o.SecretKey += "x" }, store.ErrDenied},
		"NoBucket":    {func(o *Options) { o.Bucket += "-none" }, store.ErrNoBucket},
		"TLS":         {func(o *Options) { o.Endpoint = strings.Replace(o.Endpoint, "http:", "https:", 1) }, store.ErrUnreachable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			o := good
			o.CreateBucket, o.Attempts = false, 1
			test.change(&o)
			s := open(t, o)
			want := func(what string, err, want error) {
				t.Helper()
				if !errors.Is(err, want) || (want != nil && !store.Unavailable(err) && want != store.ErrNotFound) {
					t.Errorf("%s = %v, want %v", what, err, want)
				}
			}
			want("Check", store.Check(t.Context(), s), test.want)
			_, err := s.Put(t.Context(), "k", strings.NewReader("x"), 1, store.Always)
			want("Put", err, test.want)
			_, err = s.Stat(t.Context(), "k")
			want("Stat", err, test.want)
			_, _, err = s.Open(t.Context(), "k")
			want("Open", err, test.want)
			want("Delete", s.Delete(t.Context(), "k"), test.want)
		})
	}
}

func TestPause(t *testing.T) {
	for attempt, want := range []time.Duration{200, 400, 800, 1600, 2000, 2000} {
		want *= time.Millisecond
		for range 20 {
			if p := (Options{}).pause(attempt); p > want || p <= want/2 {
				t.Errorf("pause %d = %v, want more than %v and at most %v", attempt, p, want/2, want)
			}
		}
	}
	if p := (Options{}).pause(1000); p > lastPause {
		t.Errorf("pause 1000 = %v, more than %v", p, lastPause)
	}
}
