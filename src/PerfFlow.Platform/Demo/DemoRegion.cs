using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Calendars;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Platform.Submissions;
using PerfFlow.Platform.Workflows;
using PerfFlow.ServiceDefaults;
using PerfFlow.ServiceDefaults.Intake;

namespace PerfFlow.Platform.Demo;

/// <summary>
/// A fresh generation of a demo county: its bodies, people with start passwords and projects, made by the same use cases
/// that an administrator has. Everything in it is marked as demo data.
/// </summary>
public sealed class DemoRegion
{
    private readonly IServiceProvider services;
    private readonly Dictionary<string, (long Id, string Password)> accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Viewer> viewers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Body> bodies = new(StringComparer.Ordinal);

    private DemoRegion(IServiceProvider services, DemoCounty county) => (this.services, County) = (services, county);

    public DemoCounty County { get; }

    public int RegionId { get; private set; }

    /// <summary>The start password of an account, told this once.</summary>
    public string PasswordOf(string login) => accounts[login].Password;

    public long BodyId(string code) => bodies[code].Id;

    /// <summary>Who holds the steps of a role at a body.</summary>
    public string LoginOf(string role, long bodyId)
    {
        var code = bodies.Values.First(b => b.Id == bodyId).Code;
        return role switch
        {
            Roles.Unit => "clerk" + code,
            Roles.Department => "dept" + code,
            Roles.Section => $"section{code[^1]}a",
            Roles.Budget => "budget",
            Roles.Leader => "leader",
            _ => "performance1",
        };
    }

    /// <summary>Closes the county's demo generation and opens a new one. Refused where the county is a real one: region-not-demo.</summary>
    public static async Task<Outcome<DemoRegion>> OpenAsync(IServiceProvider services, DemoCounty county, DateTimeOffset businessNow, CancellationToken ct)
    {
        var demo = new DemoRegion(services, county);
        await using (var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct))
        {
            var active = await db.Regions.Where(r => r.Code == county.RegionCode && !r.Closed).ToListAsync(ct);
            if (active.Exists(r => !r.Demo))
            {
                return new Refusal("region-not-demo", county.RegionCode);
            }

            var generation = await db.Regions.Where(r => r.Code == county.RegionCode).MaxAsync(r => (int?)r.Generation, ct) ?? 0;
            foreach (var old in active)
            {
                old.Closed = true;
                await db.Users.Where(u => u.RegionId == old.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.Retired, true), ct);
                services.GetRequiredService<RegionClock>().Forget(old.Id);
            }

            var clock = services.GetRequiredService<RegionClock>();
            var region = new Region
            {
                Code = county.RegionCode, Generation = generation + 1, Name = county.Name, Demo = true, Shift = businessNow - clock.SystemNow, MarkWord = county.Notices[0].MarkWord,
            };
            db.Regions.Add(region);
            await db.SaveChangesAsync(ct);
            demo.RegionId = region.Id;
        }

        await demo.MakeBodiesAsync(ct);
        await demo.MakePeopleAsync(ct);
        return demo;
    }

    /// <summary>The person as the platform sees him; roles do not change while the demo plays.</summary>
    public async Task<Viewer> AsAsync(string login, CancellationToken ct)
    {
        lock (viewers)
        {
            if (viewers.TryGetValue(login, out var known))
            {
                return known;
            }
        }

        var viewer = await services.GetRequiredService<ViewerReader>().FindAsync(accounts[login].Id, ct) ?? throw new InvalidOperationException($"{login} has no access.");
        lock (viewers)
        {
            return viewers[login] = viewer;
        }
    }

    /// <summary>Takes projects and payments into the library as the budget system hands them over: one workbook, through intake.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="projects">Year, code, name, filing body and adjusted budget in 万元.</param>
    /// <param name="payments">Code, day and what was paid by then, 万元.</param>
    /// <param name="ct">Cancels.</param>
    public async Task ImportAsync(
        string name, IEnumerable<(int Year, string Code, string Name, string UnitCode, decimal Amount)> projects, IEnumerable<(string Code, DateOnly AsOf, decimal Paid)> payments, CancellationToken ct)
    {
        var viewer = await AsAsync("performance1", ct);
        var data = new WorkbookData(new Dictionary<string, IReadOnlyList<IReadOnlyDictionary<string, string>>>(StringComparer.Ordinal)
        {
            ["projects"] = [.. projects.Select(p => Row(("fiscalYear", FormValue.Write(p.Year)), ("projectCode", p.Code), ("projectName", p.Name), ("unitCode", p.UnitCode), ("projectKind", "3"), ("fundType", FundKinds.General), ("initial", FormValue.Write(p.Amount))))],
            ["execution"] = [.. payments.Select(p => Row(("projectCode", p.Code), ("asOf", FormValue.Write(p.AsOf)), ("paid", FormValue.Write(p.Paid))))],
        });
        await using var scope = services.CreateAsyncScope();
        var import = scope.ServiceProvider.GetRequiredService<ImportLibrary>();
        await using var workbook = Must(await import.WorkbookAsync(viewer, data, ct), name);
        using var bytes = new MemoryStream();
        await workbook.Content.CopyToAsync(bytes, ct);
        bytes.Position = 0;
        var taken = Must(await import.RunAsync(viewer, CommandId.Of($"demo {RegionId} {name}"), name, bytes, goodRowsOnly: false, ct), name);
        if (!taken.Taken)
        {
            throw new InvalidOperationException($"{name} was not taken: {string.Join("; ", taken.Problems.Take(3).Select(p => $"{p.Place} {p.Wrong}"))}");
        }

        static Dictionary<string, string> Row(params (string Key, string Value)[] cells) => cells.ToDictionary(c => c.Key, c => c.Value, StringComparer.Ordinal);
    }

    /// <summary>The projects that goals are filed for, and last year's rows that are not in the library yet.</summary>
    public Task ImportFilingsAsync(string name, IReadOnlyList<DemoFiling> filings, CancellationToken ct) =>
        ImportAsync(name, filings.Select(f => (f.Project.FiscalYear, f.Project.Code, f.Project.Name, f.UnitCode, f.Project.Amount)), [], ct);

    private async Task MakeBodiesAsync(CancellationToken ct)
    {
        await using var scope = services.CreateAsyncScope();
        var (save, map) = (scope.ServiceProvider.GetRequiredService<SaveBody>(), scope.ServiceProvider.GetRequiredService<MapSection>());
        var clock = services.GetRequiredService<RegionClock>();
        var today = clock.Today(RegionId);
        foreach (var body in County.Bodies)
        {
            var parent = body.ParentCode ?? (body.Kind is BodyKind.Department or BodyKind.Town ? QingtianDemo.Bureau : null);
            var made = Must(await save.RunAsync(null, RegionId, new BodyInput(null, body.Kind, body.Code, body.Name, body.ShortName, parent is null ? null : bodies[parent].Id), ct), body.Code);
            bodies[body.Code] = made;
            if (body.Kind == BodyKind.Bureau)
            {
                await using var db = await services.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(ct);
                await db.Regions.Where(r => r.Id == RegionId).ExecuteUpdateAsync(set => set.SetProperty(r => r.BureauId, made.Id), ct);
                clock.Forget(RegionId);
            }

            if (body.SectionCode is { } section)
            {
                Must(await map.RunAsync(null, RegionId, made.Id, bodies[section].Id, today, ct), body.Code);
            }
        }
    }

    private async Task MakePeopleAsync(CancellationToken ct)
    {
        var today = services.GetRequiredService<RegionClock>().Today(RegionId);
        // Hashing a password is the work here; it spreads over the cores.
        await Parallel.ForEachAsync(County.People.GroupBy(p => p.Login, StringComparer.Ordinal), ct, async (person, token) =>
        {
            await using var scope = services.CreateAsyncScope();
            var create = scope.ServiceProvider.GetRequiredService<CreateAccount>();
            var grant = scope.ServiceProvider.GetRequiredService<GrantRole>();
            var made = Must(await create.RunAsync(null, new NewAccount(RegionId, person.Key, person.First().Name, $"{person.Key}@demo.invalid", Demo: true), token), person.Key);
            lock (accounts)
            {
                accounts[person.Key] = (made.UserId, made.StartPassword);
            }

            foreach (var post in person)
            {
                Must(await grant.RunAsync(null, RegionId, new RoleInput(made.UserId, bodies[post.BodyCode].Id, post.Role, today), token), person.Key);
            }
        });
    }

    internal static T Must<T>(Outcome<T> outcome, string what) =>
        outcome.Ok ? outcome.Value : throw new InvalidOperationException($"The demo was refused at {what}: {outcome.Refusal!.Code} {string.Join(' ', outcome.Refusal.Args)} {outcome.Refusal.Field}");

    /// <summary>Business time at nine in the morning of a day.</summary>
    public static DateTimeOffset Morning(DateOnly day) => BusinessDay.At(day, new TimeOnly(9, 5));
}
