package bench

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

const (
	rounds = 9       // of each side; the median counts
	calls  = 3000    // charges in a round
	many   = 1 << 20 // requests before memory is measured again
)

// BenchmarkStart measures how long the program takes from its start to its
// first answer (at most 50 ms), and its memory then (below 20 MB).
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		sim := start(b)
		b.ReportMetric(float64(sim.ready.Microseconds())/1000, "ms/start")
		b.ReportMetric(sim.memory(b), "MB-idle")
	}
}

// BenchmarkCharge measures how many charges a second the simulator makes, as a
// share of what a bare handler does (at least 0.6): for a client that makes one
// after the other, and for as many clients as there are cores, which leaves none
// to the server alone.
func BenchmarkCharge(b *testing.B) {
	for _, workers := range []int{1, runtime.NumCPU()} {
		b.Run(fmt.Sprintf("connections=%d", workers), func(b *testing.B) { compare(b, workers) })
	}
}

func compare(b *testing.B, workers int) {
	sim := start(b)
	bare := startBaseline(b)
	ours := &target{url: sim.citcon + "/v1/charges", token: token(b, sim.citcon)}
	theirs := &target{url: bare + "/v1/charges", token: ours.token}
	theirs.rate(b, calls, workers)
	ours.rate(b, calls, workers)
	for b.Loop() {
		var x, y []float64
		for range rounds {
			x, y = append(x, theirs.rate(b, calls, workers)), append(y, ours.rate(b, calls, workers))
		}
		b.ReportMetric(median(x), "baseline/s")
		b.ReportMetric(median(y), "charges/s")
		b.ReportMetric(median(y)/median(x), "ratio")
	}
}

// BenchmarkMemory measures memory after a million requests in one tenant
// (below 150 MB).
func BenchmarkMemory(b *testing.B) {
	sim := start(b)
	ours := &target{url: sim.citcon + "/v1/charges", token: token(b, sim.citcon)}
	for b.Loop() {
		ours.rate(b, many, runtime.NumCPU())
		b.ReportMetric(sim.memory(b), "MB-after-a-million")
	}
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

// target is where charges are made.
type target struct {
	url, token string
	made       atomic.Int64
}

// rate makes charges over the connections, each the same number, and says how
// many a second.
func (t *target) rate(b *testing.B, calls, workers int) float64 {
	b.Helper()
	each := calls / workers
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	defer client.CloseIdleConnections()
	begin := time.Now()
	errs := make(chan error, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range each {
				if err := t.charge(client); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	if err := <-errs; err != nil {
		b.Fatal(err)
	}
	return float64(each*workers) / time.Since(begin).Seconds()
}

const chargeBody = `{"transaction":{"reference":"bench-%d","amount":100,"currency":"USD","country":"US","note":"bench"},` +
	`"payment":{"method":"alipay","client":["desktop","mobile_browser"]},` +
	`"urls":{"success":"http://shop.test/success","fail":"http://shop.test/fail"},` +
	`"consumer":{"reference":"c-1","first_name":"Ann","last_name":"Lee","phone":"13312345678","email":"ann@shop.test"}}`

func (t *target) charge(client *http.Client) error {
	_, err := post(client, t.url, t.token, fmt.Sprintf(chargeBody, t.made.Add(1)))
	return err
}

func post(client *http.Client, url, token, body string) ([]byte, error) {
	req, err := http.NewRequest(http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %d %s", url, resp.StatusCode, answer)
	}
	return answer, err
}

// token gets an access token of the tenant that the run charges in.
func token(b *testing.B, base string) string {
	b.Helper()
	answer, err := post(http.DefaultClient, base+"/v1/access-tokens", "sk-development-bench", `{"token_type":"server"}`)
	if err != nil {
		b.Fatal(err)
	}
	return gjson.GetBytes(answer, "data.access_token").String()
}

// simulator is the real binary in a process of its own.
type simulator struct {
	cmd    *exec.Cmd
	citcon string
	ready  time.Duration
}

// built is where build puts what it makes; "" until then.
var built string

var build = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return "", err
	}
	built = dir
	binary := filepath.Join(dir, "simulator")
	cmd := exec.Command("go", "build", "-trimpath", "-o", binary, "paysim/cmd/simulator")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // static, as it is shipped
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return binary, err
})

// baseline in the environment makes this test binary the bare handler.
const baseline = "BENCH_BASELINE"

func TestMain(m *testing.M) {
	if os.Getenv(baseline) != "" {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(err)
		}
		fmt.Println("http://" + l.Addr().String())
		panic(http.Serve(l, bareHandler()))
	}
	code := m.Run()
	os.RemoveAll(built)
	os.Exit(code)
}

// startBaseline runs the bare handler in a process of its own, as the simulator
// is, and gives its URL.
func startBaseline(b *testing.B) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), baseline+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

func start(b *testing.B) *simulator {
	b.Helper()
	binary, err := build()
	if err != nil {
		b.Fatal(err)
	}
	port := freeBlock(b)
	s := &simulator{cmd: exec.Command(binary, "--port", strconv.Itoa(port)), citcon: fmt.Sprintf("http://127.0.0.1:%d/citcon", port)}
	s.cmd.Stderr = os.Stderr
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		s.cmd.Process.Signal(os.Interrupt)
		s.cmd.Wait()
	})
	for time.Since(begin) < 10*time.Second {
		resp, err := http.Get(fmt.Sprintf("http://127.0.0.1:%d/_sim/health", port))
		if err == nil {
			resp.Body.Close()
			s.ready = time.Since(begin)
			return s
		}
		time.Sleep(time.Millisecond)
	}
	b.Fatal("the simulator does not answer")
	return nil
}

// freeBlock finds a port such that it and the nine behind it are free.
func freeBlock(b *testing.B) int {
	b.Helper()
	for port := 20000; port < 60000; port += 10 {
		free := true
		for i := range 10 {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+i))
			if err != nil {
				free = false
				break
			}
			l.Close()
		}
		if free {
			return port
		}
	}
	b.Fatal("no ten free ports in a row")
	return 0
}

// memory is the resident memory in MB.
func (s *simulator) memory(b *testing.B) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		b.Skip("SKIPPED: this system has no /proc to read memory from")
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "VmRSS:" {
			kb, _ := strconv.ParseFloat(f[1], 64)
			return kb / 1024
		}
	}
	b.Fatal("the system does not tell the memory")
	return 0
}
