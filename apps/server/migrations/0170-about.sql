-- Whose an entry of the trail, an approval or a notice is: the id of the order that its subject belongs to at that moment,
-- else of the host, which then is nobody's. Null: nobody can say, and only who has no limits sees it.
create function about_of(subject text, noun text) returns text language plpgsql stable as $$
declare
  head text := split_part(subject, ':', 1);
begin
  if starts_with(head, 'ord_') then
    return head;
  elsif starts_with(head, 'ins_') then
    return (select i.order_id from nexus.instance i where i.id = head);
  elsif starts_with(head, 'hst_') then
    return (select coalesce(h.order_id, h.id) from nexus.host h where h.id = head);
  elsif starts_with(head, 'bak_') then
    return (select i.order_id from nexus.backup b join nexus.instance i on i.id = b.instance_id where b.id = head);
  elsif starts_with(head, 'not_') then
    return (select n.about from nexus.notice n where n.id = head);
  elsif starts_with(head, 'apr_') then
    return (select a.about from nexus.approval a where a.id = head);
  elsif head = 'secret' and split_part(subject, '/', 2) like 'ins\_%' then
    return (select i.order_id from nexus.instance i where i.id = split_part(split_part(subject, '/', 2), '.', 1));
  elsif head = 'secret' then
    return (select t.order_id from nexus.tenant t where t.tenant = substr(split_part(subject, '/', 1), 8));
  elsif noun in ('identity', 'certificate') then
    return (select t.order_id from nexus.tenant t where t.tenant = subject);
  elsif noun = 'run' then
    return (select nexus.about_of(r.subject, '') from nexus.run r where r.id = about_of.subject);
  elsif noun = 'host' then
    return (select o.id from nexus.orders o where o.ticket = subject);
  end if;
  return null;
end $$;

alter table approval add column about text;
alter table notice add column about text;
alter table audit_entry add column about text;

-- Entries of the trail are many, and say it in their INSERT (platform/audit.ts).
create function approval_about() returns trigger language plpgsql as $$
begin
  new.about := nexus.about_of(new.subject, split_part(new.kind, '.', 1));
  return new;
end $$;
create function notice_about() returns trigger language plpgsql as $$
begin
  new.about := coalesce((select o.id from nexus.orders o where o.ticket = new."values" ->> 'ticket'),
    nexus.about_of(split_part(new."values" ->> 'inviteRef', '@', 1), ''));
  return new;
end $$;
create trigger about before insert on approval for each row execute function approval_about();
create trigger about before insert on notice for each row execute function notice_about();

-- What is there already; but for entries of the trail, of which none is ever rewritten.
update approval set about = about_of(subject, split_part(kind, '.', 1));
update notice set about = coalesce((select o.id from orders o where o.ticket = "values" ->> 'ticket'),
  about_of(split_part("values" ->> 'inviteRef', '@', 1), ''));

create index audit_entry_about on audit_entry (about) where about is not null;
