using Microsoft.EntityFrameworkCore;
using PerfFlow.Platform.Access;
using PerfFlow.Platform.Identity;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;

namespace PerfFlow.Tests.App;

/// <summary>
/// A county small enough to know by heart: a bureau with two sections; 教育局 and 卫生健康局 under 教科文股, 农业农村局 under
/// 农业股; 教育局 has the subordinate unit 实验小学. One project each in FY2024.
/// </summary>
public sealed class SmallCounty
{
    private readonly PerfFlowApp app;
    private readonly Dictionary<string, long> people = new(StringComparer.Ordinal);

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

    public static async Task<SmallCounty> CreateAsync(PerfFlowApp app, string code = "331121", bool demo = true)
    {
        var county = new SmallCounty(app);
        await using var db = app.Db();
        var since = new DateOnly(2020, 1, 1);
        var region = new Region { Code = code, Generation = 1, Name = "青田县", Demo = demo, MarkWord = "青财绩效" };
        db.Regions.Add(region);
        await db.SaveChangesAsync();
        county.RegionId = region.Id;

        Body Add(BodyKind kind, string bodyCode, string name, long? parent = null, long? department = null)
        {
            var body = new Body { RegionId = region.Id, Kind = kind, Code = bodyCode, Name = name, ShortName = name, ParentId = parent, DepartmentId = department, ValidFrom = since };
            db.Organisations.Add(body);
            return body;
        }

        county.Bureau = Add(BodyKind.Bureau, "900", "青田县财政局");
        await db.SaveChangesAsync();
        region.BureauId = county.Bureau.Id;
        county.CultureSection = Add(BodyKind.Section, "900001", "教科文股", county.Bureau.Id);
        county.FarmSection = Add(BodyKind.Section, "900002", "农业股", county.Bureau.Id);
        county.Education = Add(BodyKind.Department, "101", "青田县教育局");
        county.Health = Add(BodyKind.Department, "102", "青田县卫生健康局");
        county.Farming = Add(BodyKind.Department, "103", "青田县农业农村局");
        await db.SaveChangesAsync();
        foreach (var department in new[] { county.Education, county.Health, county.Farming })
        {
            department.DepartmentId = department.Id;
        }

        county.School = Add(BodyKind.Unit, "101001", "青田县实验小学", county.Education.Id, county.Education.Id);
        await db.SaveChangesAsync();
        foreach (var (department, section) in new[] { (county.Education, county.CultureSection), (county.Health, county.CultureSection), (county.Farming, county.FarmSection) })
        {
            db.SectionMappings.Add(new SectionMapping { RegionId = region.Id, DepartmentId = department.Id, SectionId = section.Id, ValidFrom = since });
        }

        await county.AddPeopleAsync(db, since);
        county.SchoolProject = Project(region.Id, county.School.Id, county.Education.Id, county.CultureSection.Id, "33112124T000000000001", "校园卫生专业技术服务", 468m, app);
        county.HealthProject = Project(region.Id, county.Health.Id, county.Health.Id, county.CultureSection.Id, "33112124T000000000002", "妇幼健康服务", 120m, app);
        county.FarmProject = Project(region.Id, county.Farming.Id, county.Farming.Id, county.FarmSection.Id, "33112124T000000000003", "高标准农田管护", 300m, app);
        db.Projects.AddRange(county.SchoolProject, county.HealthProject, county.FarmProject);
        await db.SaveChangesAsync();
        return county;
    }

    private async Task AddPeopleAsync(PerfFlow.Platform.Data.PlatformDb db, DateOnly since)
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
        foreach (var (key, name, body, roles) in posts)
        {
            var user = new User
            {
                RegionId = RegionId, Name = name, UserName = $"{key}{RegionId}", NormalizedUserName = $"{key}{RegionId}".ToUpperInvariant(), Email = $"{key}@example.test",
                Demo = true, CreatedAt = app.Time.GetUtcNow(), SecurityStamp = key, PasswordChangedAt = app.Time.GetUtcNow(),
            };
            db.Users.Add(user);
            await db.SaveChangesAsync();
            people[key] = user.Id;
            foreach (var role in roles)
            {
                db.Memberships.Add(new Membership { UserId = user.Id, OrganisationId = body.Id, Role = role, ValidFrom = since });
            }
        }
    }

    private static Project Project(int region, long unit, long department, long section, string code, string name, decimal amount, PerfFlowApp app) => new()
    {
        RegionId = region, FiscalYear = 2024, Code = code, Name = name, UnitId = unit, DepartmentId = department, SectionId = section, Kind = ProjectKinds.Specific,
        FundKind = FundKinds.General, Initial = amount, Adjusted = amount, ChangedAt = app.Time.GetUtcNow(), Demo = true,
    };
}
