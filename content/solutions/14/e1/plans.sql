-- These gave plans.json, on the table `orders` of this module as it stands after its first block.
-- Each EXPLAIN ran twice, and the second plan was kept: by then all pages are in memory.
CREATE INDEX orders_by_time ON orders (created_at);
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON)
SELECT id, amount FROM orders WHERE show_id = 7 AND status = 'paid'
ORDER BY created_at DESC LIMIT 20;

CREATE INDEX orders_by_show ON orders (show_id, status, created_at);
CREATE TABLE payments (order_id bigint NOT NULL REFERENCES orders, reference text NOT NULL);
INSERT INTO payments SELECT id, 'pay_' || id FROM orders;
VACUUM ANALYZE payments;
EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON)
SELECT reference FROM orders JOIN payments ON order_id = id
WHERE show_id = 7 AND promoter_id = 7;
