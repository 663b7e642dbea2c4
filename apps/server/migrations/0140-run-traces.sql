-- The span that started a run, as W3C Trace Context writes it: a takeover on another node goes on in the same trace.
alter table run add column trace_parent text;
