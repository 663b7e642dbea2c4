-- What finds a notice by its addressee behind a policy is notice_to_addressee.
drop index notice_to;
