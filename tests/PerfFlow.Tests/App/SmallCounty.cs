using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using Xunit;

namespace PerfFlow.Tests.App;

/// <summary>
/// A county small enough to know by heart: a bureau with two sections; 教育局 and 卫生健康局 under 教科文股, 农业农村局 under
/// 农业股; 教育局 has the subordinate unit 实验小学. One project each in FY2024.
/// </summary>
public sealed class SmallCounty
{
    private readonly PerfFlowApp app;
    private readonly Dictionary<string, long> people = new(StringComparer.Ordinal);

    private readonly Dictionary<string, string> passwords = new(StringComparer.Ordinal);

    private SmallCounty(PerfFlowApp app) => this.app = app;

    public int RegionId { get; private set; }

    public Body Bureau { get; private set; } = null!;

    public Body CultureSection { get; private set; } = null!;

    public Body FarmSection { get; private set; } = null!;

    public Body Education { get; private set; } = null!;

    public Body Health { get; private set; } = null!;

    public Body Farming { get; private set; } = null!;

    /// <summary>Subordinate to <see cref="Education"/>.</summary>
    public Body School { get; private set; } = null!;

    public Project SchoolProject { get; private set; } = null!;

    public Project HealthProject { get; private set; } = null!;

    public Project FarmProject { get; private set; } = null!;

    /// <summary>A person as the platform sees him now: school, schoolHead, health, farm, education (department reviewer), culture, farmSection, performance, leader, admin.</summary>
    public async Task<Viewer> AsAsync(string person) =>
        await app.Get<ViewerReader>().FindAsync(people[person], CancellationToken.None) ?? throw new InvalidOperationException($"{person} may not act.");

    public long IdOf(string person) => people[person];

    public string UserNameOf(string person) => $"{person}{RegionId}";

    /// <summary>The generated password, as the account's owner was told it.</summary>
    public string PasswordOf(string person) => passwords[person];

    public static async Task<SmallCounty> CreateAsync(PerfFlowApp app, string code = "331121", bool demo = true)
    {
        var county = new SmallCounty(app);
        await using var db = app.Db();
        var since = RegionClock.ChinaDate(app.Time.GetUtcNow());
        var region = new Region { Code = code, Generation = 1, Name = "青田县", Demo = demo, MarkWord = "青财绩效" };
        db.Regions.Add(region);
        await db.SaveChangesAsync();
        county.RegionId = region.Id;

        await using var scope = app.Scope();
        var save = scope.ServiceProvider.GetRequiredService<SaveBody>();
        async Task<Body> AddAsync(BodyKind kind, string bodyCode, string name, long? parent) =>
            (await save.RunAsync(null, region.Id, new BodyInput(null, kind, bodyCode, name, null, parent), CancellationToken.None)).Value;

        county.Bureau = await AddAsync(BodyKind.Bureau, "900", "青田县财政局", null);
        region.BureauId = county.Bureau.Id;
        await db.SaveChangesAsync();
        app.Get<RegionClock>().Forget(region.Id);
        county.CultureSection = await AddAsync(BodyKind.Section, "900001", "教科文股", county.Bureau.Id);
        county.FarmSection = await AddAsync(BodyKind.Section, "900002", "农业股", county.Bureau.Id);
        county.Education = await AddAsync(BodyKind.Department, "101", "青田县教育局", county.Bureau.Id);
        county.Health = await AddAsync(BodyKind.Department, "102", "青田县卫生健康局", county.Bureau.Id);
        county.Farming = await AddAsync(BodyKind.Department, "103", "青田县农业农村局", county.Bureau.Id);
        county.School = await AddAsync(BodyKind.Unit, "101001", "青田县实验小学", county.Education.Id);
        var map = scope.ServiceProvider.GetRequiredService<MapSection>();
        foreach (var (department, section) in new[] { (county.Education, county.CultureSection), (county.Health, county.CultureSection), (county.Farming, county.FarmSection) })
        {
            Assert.True((await map.RunAsync(null, region.Id, department.Id, section.Id, since, CancellationToken.None)).Ok);
        }

        await county.AddPeopleAsync(scope.ServiceProvider, since);
        county.SchoolProject = Project(region.Id, county.School.Id, county.Education.Id, county.CultureSection.Id, "33112124T000000000001", "校园卫生专业技术服务", 468m, app);
        county.HealthProject = Project(region.Id, county.Health.Id, county.Health.Id, county.CultureSection.Id, "33112124T000000000002", "妇幼健康服务", 120m, app);
        county.FarmProject = Project(region.Id, county.Farming.Id, county.Farming.Id, county.FarmSection.Id, "33112124T000000000003", "高标准农田管护", 300m, app);
        db.Projects.AddRange(county.SchoolProject, county.HealthProject, county.FarmProject);
        await db.SaveChangesAsync();
        return county;
    }

    private async Task AddPeopleAsync(IServiceProvider services, DateOnly since)
    {
        (string Key, string Name, Body Body, string[] Roles)[] posts =
        [
            ("school", "陈某某", School, [Roles.Unit]),
            ("schoolHead", "王某某", School, [Roles.Unit, Roles.UnitHead]),
            ("health", "李某某", Health, [Roles.Unit]),
            ("farm", "赵某某", Farming, [Roles.Unit]),
            ("education", "钱某某", Education, [Roles.Department]),
            ("culture", "周某某", CultureSection, [Roles.Section]),
            ("farmSection", "吴某某", FarmSection, [Roles.Section]),
            ("performance", "林某某", Bureau, [Roles.Performance]),
            ("leader", "徐某某", Bureau, [Roles.Leader]),
            ("admin", "管某某", Bureau, [Roles.Administrator]),
        ];
        var create = services.GetRequiredService<CreateAccount>();
        var grant = services.GetRequiredService<GrantRole>();
        foreach (var (key, name, body, roles) in posts)
        {
            var made = await create.RunAsync(null, new NewAccount(RegionId, $"{key}{RegionId}", name, $"{key}@example.test", Demo: true), CancellationToken.None);
            people[key] = made.Value.UserId;
            passwords[key] = made.Value.StartPassword;
            foreach (var role in roles)
            {
                Assert.True((await grant.RunAsync(null, RegionId, new RoleInput(made.Value.UserId, body.Id, role, since), CancellationToken.None)).Ok);
            }
        }
    }

    private static Project Project(int region, long unit, long department, long section, string code, string name, decimal amount, PerfFlowApp app) => new()
    {
        RegionId = region, FiscalYear = 2024, Code = code, Name = name, UnitId = unit, DepartmentId = department, SectionId = section, Kind = ProjectKinds.Specific,
        FundKind = FundKinds.General, Initial = amount, Adjusted = amount, ChangedAt = app.Time.GetUtcNow(), Demo = true,
    };
}
