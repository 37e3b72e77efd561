package miniostore

import (
	"crypto/x509"
	"fmt"
	"os"
)

// authorities returns those of the system and those in a file of PEM.
func authorities(file string) (*x509.CertPool, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the certificates of authorities: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool() // of a system that keeps none
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, fmt.Errorf("read the certificates of authorities: %s holds no certificate in PEM", file)
	}
	return pool, nil
}
