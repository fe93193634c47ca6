async def test_fill(oslo, bergen, admin):
    print(oslo.ids)
    for (t,) in await admin.fetch("select relname from pg_class where relnamespace='public'::regnamespace and relkind='r'"):
        print(t, await admin.fetchval(f"select count(*) from {t}"))
