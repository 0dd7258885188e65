using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Data;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using Xunit;

namespace PerfFlow.Tests.Faults;

/// <summary>Somebody of the county who signs in.</summary>
internal sealed record Person(string UserName, string Password);

/// <summary>A unit with its clerk, its department's reviewer, its section's reviewer and the codes of its projects.</summary>
internal sealed record FilingUnit(string Code, Person Clerk, Person Department, Person Section, IReadOnlyList<string> Projects);

/// <summary>How many units each of the four departments has, and how many projects each unit.</summary>
internal sealed record CountySize(int Units, int Projects)
{
    /// <summary>Enough for every kind of case, few enough for three minutes.</summary>
    public static CountySize Small { get; } = new(3, 5);

    public static CountySize Large { get; } = new(5, 10);

    public int Cases => 4 * Units * Projects;
}

/// <summary>
/// A demo county of four departments: a notice to it opens a case per project. It is
/// Monday 2023-10-09, 10:00 in China; the clock moves by the region's shift, which other processes read too.
/// </summary>
internal sealed class FaultCounty
{
    public static readonly DateOnly Due = new(2023, 10, 20);

    private static readonly DateTimeOffset Monday = new(2023, 10, 9, 2, 0, 0, TimeSpan.Zero);

    private FaultCounty(CountySize size, Person performance, Person leader, Person administrator, IReadOnlyList<FilingUnit> units) =>
        (Size, Performance, Leader, Administrator, Units) = (size, performance, leader, administrator, units);

    public CountySize Size { get; }

    public Person Performance { get; }

    public Person Leader { get; }

    public Person Administrator { get; }

    public IReadOnlyList<FilingUnit> Units { get; }

    /// <summary>The address of the one clerk who has mail sent to, each at once; of one county only.</summary>
    public string MailedTo => $"clerk-{Performance.Password}@fault.example";

    /// <summary>Writes the county through the use cases of a host that need not be started.</summary>
    public static async Task<FaultCounty> CreateAsync(IServiceProvider host, string owner, CountySize size)
    {
        var time = host.GetRequiredService<TimeProvider>();
        await using var scope = host.CreateAsyncScope();
        await using var db = await host.GetRequiredService<IDbContextFactory<PlatformDb>>().CreateDbContextAsync(Ct);
        var region = new Region { Code = "331121", Generation = 1, Name = "青田县", Demo = true, MarkWord = "青财绩效", Shift = Monday - TimeProvider.System.GetUtcNow() };
        db.Regions.Add(region);
        await db.SaveChangesAsync(Ct);
        var writer = new Writer(scope.ServiceProvider, region);
        var bureau = await writer.BodyAsync(BodyKind.Bureau, "900", "青田县财政局", null);
        region.BureauId = bureau.Id;
        await db.SaveChangesAsync(Ct);
        host.GetRequiredService<RegionClock>().Forget(region.Id);

        var performance = await writer.PersonAsync("performance", bureau, Roles.Performance);
        var leader = await writer.PersonAsync("leader", bureau, Roles.Leader);
        var administrator = await writer.PersonAsync("administrator", bureau, Roles.Administrator);
        var units = new List<FilingUnit>();
        for (var s = 1; s <= 2; s++)
        {
            var section = await writer.BodyAsync(BodyKind.Section, $"90000{s}", $"业务{s}股", bureau.Id);
            var reviewer = await writer.PersonAsync($"section{s}", section, Roles.Section);
            for (var d = 2 * s - 1; d <= 2 * s; d++)
            {
                var department = await writer.BodyAsync(BodyKind.Department, $"10{d}", $"第{d}局", bureau.Id);
                await writer.MapAsync(department, section);
                var head = await writer.PersonAsync($"department{d}", department, Roles.Department);
                for (var u = 1; u <= size.Units; u++)
                {
                    var unit = await writer.BodyAsync(BodyKind.Unit, $"10{d}00{u}", $"第{d}局第{u}所", department.Id);
                    var clerk = await writer.PersonAsync($"clerk{d}{u}", unit, Roles.Unit);
                    var codes = Enumerable.Range(1, size.Projects).Select(p => $"33112124T000000{d:00}{u:00}{p:00}").ToList();
                    db.Projects.AddRange(codes.Select(code => Project(region.Id, unit.Id, department.Id, section.Id, code, time.GetUtcNow())));
                    units.Add(new FilingUnit(unit.Code, clerk, head, reviewer, codes));
                }
            }
        }

        await db.SaveChangesAsync(Ct);
        var county = new FaultCounty(size, performance, leader, administrator, units);
        await RoundDatabase.ExecuteAsync(
            owner,
            $"""
            update platform.users set email = '{county.MailedTo}' where user_name = '{units[0].Clerk.UserName}';
            insert into notifications.people (user_id, mail, digest) select id, true, false from platform.users where user_name = '{units[0].Clerk.UserName}'
            """);
        await OwedWork.LeaveAsync(host, region.Id);
        return county;
    }

    /// <summary>The shift by which it is Wednesday 2023-10-18, 09:10: two working days before the due day, past two rungs by more than the minute that clocks may jump.</summary>
    public static long SecondsToReminder() => (long)(new DateTimeOffset(2023, 10, 18, 1, 10, 0, TimeSpan.Zero) - TimeProvider.System.GetUtcNow()).TotalSeconds;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static Project Project(int region, long unit, long department, long section, string code, DateTimeOffset now) => new()
    {
        RegionId = region, FiscalYear = 2024, Code = code, Name = $"专业技术服务{code[^6..]}", UnitId = unit, DepartmentId = department, SectionId = section,
        Kind = ProjectKinds.Specific, FundKind = FundKinds.General, Initial = 468m, Adjusted = 468m, ChangedAt = now, Demo = true,
    };

    private sealed class Writer(IServiceProvider services, Region region)
    {
        private static readonly DateOnly Since = new(2023, 10, 9);

        public async Task<Body> BodyAsync(BodyKind kind, string code, string name, long? parent) =>
            (await services.GetRequiredService<SaveBody>().RunAsync(null, region.Id, new BodyInput(null, kind, code, name, null, parent), Ct)).Value;

        public async Task MapAsync(Body department, Body section) =>
            Assert.True((await services.GetRequiredService<MapSection>().RunAsync(null, region.Id, department.Id, section.Id, Since, Ct)).Ok);

        public async Task<Person> PersonAsync(string userName, Body body, string role)
        {
            var made = await services.GetRequiredService<CreateAccount>().RunAsync(null, new NewAccount(region.Id, userName, "测某某", Demo: true), Ct);
            Assert.True((await services.GetRequiredService<GrantRole>().RunAsync(null, region.Id, new RoleInput(made.Value.UserId, body.Id, role, Since), Ct)).Ok);
            return new Person(userName, made.Value.StartPassword);
        }
    }
}
