insert into messaging_refusal (template, channel, reason, about_key, hour, count)
values (%(template)s, %(channel)s, %(reason)s, %(about)s, %(hour)s, 1)
on conflict on constraint messaging_refusal_once do update set count = messaging_refusal.count + 1
