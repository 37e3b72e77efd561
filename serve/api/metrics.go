package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"curio/serve/live"
)

// metrics holds the server's own registry; nothing goes to the global one.
type metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
}

// buckets run from 100 µs, about what a warm answer takes, to 2.5 s.
var buckets = []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5}

func newMetrics(o Options) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "curio_http_request_duration_seconds", Buckets: buckets,
			Help: "Time from a request's arrival to the end of its answer, by route, strategy and status.",
		}, []string{"route", "strategy", "status"}),
	}
	m.registry.MustRegister(m.seconds, &modelCollector{o.Models, o.Clock},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.registry.MustRegister(o.Collectors...)
	return m
}

func (m *metrics) request(route, strategy string, status int, took time.Duration) {
	m.seconds.WithLabelValues(route, strategy, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

var (
	modelInfo    = prometheus.NewDesc("curio_model_info", "1 for the version in service.", []string{"alias", "version"}, nil)
	modelAge     = prometheus.NewDesc("curio_model_age_seconds", "Time since the alias was moved to the version in service.", nil, nil)
	modelLoaded  = prometheus.NewDesc("curio_model_loaded_timestamp_seconds", "When the version in service was loaded.", nil, nil)
	modelLoad    = prometheus.NewDesc("curio_model_load_seconds", "How long reading, checking and warming it took.", nil, nil)
	modelUsers   = prometheus.NewDesc("curio_model_users", "Users the version in service knows.", nil, nil)
	modelItems   = prometheus.NewDesc("curio_model_items", "Items the version in service knows.", nil, nil)
	modelMemo    = prometheus.NewDesc("curio_model_memo_bytes", "What the answers that the version in service remembers take.", nil, nil)
	modelLooks   = prometheus.NewDesc("curio_model_looks_total", "Looks at the alias, by how they ended; swapped and refused are the ones to watch.", []string{"result"}, nil)
	modelRefused = prometheus.NewDesc("curio_model_refused", "1 while the alias names an artifact that was refused.", nil, nil)
	modelLooked  = prometheus.NewDesc("curio_model_last_look_timestamp_seconds", "When the alias was last looked at.", nil, nil)
)

// modelCollector reads the model's figures when they are asked for.
type modelCollector struct {
	models Models
	clock  func() time.Time
}

// Describe implements prometheus.Collector.
func (c *modelCollector) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{modelInfo, modelAge, modelLoaded, modelLoad, modelUsers, modelItems, modelMemo, modelLooks, modelRefused, modelLooked} {
		out <- d
	}
}

// Collect implements prometheus.Collector.
func (c *modelCollector) Collect(out chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	status := c.models.Status()
	for _, r := range live.Results() {
		out <- prometheus.MustNewConstMetric(modelLooks, prometheus.CounterValue, float64(status.Counts[r]), string(r))
	}
	refused := 0.0
	if status.Refusal != nil {
		refused = 1
	}
	gauge(modelRefused, refused)
	if !status.LastLook.IsZero() {
		gauge(modelLooked, seconds(status.LastLook))
	}
	m := c.models.Current()
	if m == nil {
		return
	}
	gauge(modelInfo, 1, status.Alias, m.Pointer.Version)
	gauge(modelAge, c.clock().Sub(m.Pointer.Moved).Seconds())
	gauge(modelLoaded, seconds(m.LoadedAt))
	gauge(modelLoad, m.Took.Seconds())
	gauge(modelUsers, float64(m.Engine.Users()))
	gauge(modelItems, float64(m.Engine.Items()))
	gauge(modelMemo, float64(m.Engine.MemoBytes()))
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
