using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using PerfFlow.Platform.Organisation;
using PerfFlow.Platform.Projects;
using PerfFlow.Tests.App;
using PerfFlow.Tests.Identity;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>
/// What exists for a person is the same through list, detail, export, API, search and file. A further door is a further
/// row of <see cref="Doors"/>.
/// </summary>
public sealed class SameThroughEveryDoor(OneCounty one) : IClassFixture<OneCounty>
{
    /// <summary>A door is given a project and says whether it lets anything of it through.</summary>
    private static readonly Dictionary<string, Func<Visitor, Project, Task<bool>>> Doors = new(StringComparer.Ordinal)
    {
        ["list page"] = async (who, p) => (await TextAsync(who, "/projects?year=2024&size=100")).Contains(p.Code, StringComparison.Ordinal),
        ["list API"] = async (who, p) => (await TextAsync(who, "/api/projects?year=2024&size=100")).Contains(p.Code, StringComparison.Ordinal),
        ["sums"] = async (who, p) => (await JsonAsync(who, $"/api/projects?year=2024&text={p.Code}")).GetProperty("adjusted").GetDecimal() > 0,
        ["filter by unit"] = async (who, p) => (await JsonAsync(who, $"/api/projects?year=2024&unit={p.UnitId}")).GetProperty("lines").EnumerateArray().Any(l => l.GetProperty("id").GetInt64() == p.Id),
        ["detail page"] = async (who, p) => await FoundAsync(who, $"/projects/{p.Id}"),
        ["detail API"] = async (who, p) => await FoundAsync(who, $"/api/projects/{p.Id}"),
        ["export CSV"] = async (who, p) => (await TextAsync(who, "/projects/export.csv?year=2024")).Contains(p.Code, StringComparison.Ordinal),
        ["export CSV API"] = async (who, p) => (await TextAsync(who, "/api/projects/export.csv?year=2024")).Contains(p.Code, StringComparison.Ordinal),
        ["search by name"] = async (who, p) => (await TextAsync(who, $"/api/projects?year=2024&text={Uri.EscapeDataString(p.Name)}")).Contains(p.Code, StringComparison.Ordinal),
        ["search by code"] = async (who, p) => (await TextAsync(who, $"/projects?year=2024&text={p.Code}")).Contains($"/projects/{p.Id}\"", StringComparison.Ordinal),
        ["export workbook"] = async (who, p) => (await WorkbookAsync(who, "/projects/export.xlsx?year=2024")).Contains(p.Code, StringComparison.Ordinal),
    };

    private readonly PerfFlowApp app = one.App;
    private readonly SmallCounty county = one.County;

    [Theory]
    [InlineData(Roles.Unit, "school", "school")]
    [InlineData(Roles.UnitHead, "school", "school")]
    [InlineData(Roles.Unit, "health", "health")]
    [InlineData(Roles.Department, "education", "school")]
    [InlineData(Roles.Section, "culture", "school health")]
    [InlineData(Roles.Section, "farm-section", "farm")]
    [InlineData(Roles.Performance, "bureau", "school health farm")]
    [InlineData(Roles.Leader, "bureau", "school health farm")]
    [InlineData(Roles.Budget, "bureau", "school health farm")]
    [InlineData(Roles.Administrator, "bureau", "")]
    [InlineData(Roles.SecurityAdministrator, "bureau", "")]
    [InlineData(Roles.AuditAdministrator, "bureau", "")]
    public async Task Person_FindsTheSameProjectsThroughEveryDoor(string role, string place, string visible)
    {
        using var who = await SignedInAsync(role, place);
        foreach (var (door, sees) in Doors)
        {
            var found = new List<string>();
            foreach (var (name, project) in new[] { ("school", county.SchoolProject), ("health", county.HealthProject), ("farm", county.FarmProject) })
            {
                if (await sees(who, project))
                {
                    found.Add(name);
                }
            }

            Assert.True(visible == string.Join(' ', found), $"{door} shows a {role} at {place}: {string.Join(' ', found)}; the policy says: {visible}");
        }
    }

    [Fact]
    public async Task AnothersItem_AnswersLikeOneThatWasNeverThere()
    {
        using var who = await SignedInAsync(Roles.Unit, "school");
        using var anothers = await who.GetAsync($"/api/projects/{county.HealthProject.Id}");
        using var nobodys = await who.GetAsync("/api/projects/987654");

        Assert.Equal(HttpStatusCode.NotFound, anothers.StatusCode);
        Assert.Equal(await nobodys.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), await anothers.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ConfidentialProject_IsListedButNeitherFoundNorExported()
    {
        var school = county.SchoolProject;
        var secret = new Project
        {
            RegionId = school.RegionId, FiscalYear = 2024, Code = "33112124T000000000099", Name = "涉密设备更新", UnitId = school.UnitId, DepartmentId = school.DepartmentId,
            SectionId = school.SectionId, Kind = school.Kind, FundKind = school.FundKind, Initial = 1, Adjusted = 1, Confidential = true, ChangedAt = school.ChangedAt,
        };
        await using (var db = app.Db())
        {
            db.Projects.Add(secret);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        using var who = await SignedInAsync(Roles.Performance, "bureau");
        Assert.True(await Doors["list page"](who, secret));
        Assert.False(await Doors["search by name"](who, secret));
        Assert.False(await Doors["export CSV"](who, secret));
        Assert.False(await Doors["export workbook"](who, secret));
    }

    [Fact]
    public async Task RoleThatEndsToday_OpensNothingAnyMore()
    {
        using var who = await SignedInAsync(Roles.Section, "culture");
        Assert.True(await Doors["detail API"](who, county.SchoolProject));
        await using (var db = app.Db())
        {
            var today = app.Get<RegionClock>().Today(county.RegionId);
            var newest = await db.Users.MaxAsync(u => u.Id, TestContext.Current.CancellationToken);
            await db.Memberships.Where(m => m.UserId == newest).ExecuteUpdateAsync(m => m.SetProperty(x => x.ValidTo, today), TestContext.Current.CancellationToken);
        }

        app.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await Doors["detail API"](who, county.SchoolProject));
    }

    private async Task<Visitor> SignedInAsync(string role, string place)
    {
        var body = place switch
        {
            "school" => county.School,
            "health" => county.Health,
            "education" => county.Education,
            "culture" => county.CultureSection,
            "farm-section" => county.FarmSection,
            _ => county.Bureau,
        };
        var account = await Visitor.AccountAsync(app, county.RegionId, one.NewName());
        await using var scope = app.Scope();
        var granted = await scope.ServiceProvider.GetRequiredService<GrantRole>().RunAsync(
            null, county.RegionId, new RoleInput(account.UserId, body.Id, role, new DateOnly(2020, 1, 1)), TestContext.Current.CancellationToken);
        Assert.True(granted.Ok, granted.Refusal?.Code);
        return await new Visitor(app.Address).SignedInAsync(account.UserName, account.StartPassword);
    }

    private static async Task<string> TextAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<JsonElement> JsonAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        return await response.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
    }

    private static async Task<bool> FoundAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        Assert.True(response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound, $"{path}: {response.StatusCode}");
        return response.StatusCode == HttpStatusCode.OK;
    }

    private static async Task<string> WorkbookAsync(Visitor who, string path)
    {
        using var response = await who.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await using var bytes = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var zip = new System.IO.Compression.ZipArchive(bytes);
        var text = new System.Text.StringBuilder();
        foreach (var part in zip.Entries.Where(e => e.FullName.EndsWith(".xml", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(await part.OpenAsync(TestContext.Current.CancellationToken));
            text.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        return text.ToString();
    }
}
