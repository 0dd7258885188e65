using PerfFlow.Platform.Access;
using PerfFlow.Platform.Organisation;
using PerfFlow.ServiceDefaults;
using Xunit;

namespace PerfFlow.Tests.Access;

/// <summary>The policy alone, against the table of domain.md §1 written out by hand: who sees what, who may do what.</summary>
public sealed class SeeingAndDoing
{
    private const int Region = 7;
    private const long Bureau = 1, Section = 10, OtherSection = 11, Department = 100, OtherDepartment = 101, Unit = 1000, OtherUnit = 1001;

    private static readonly Thing Own = new(Region, Unit, Department, Section);
    private static readonly Thing SisterUnit = new(Region, OtherUnit, Department, Section);
    private static readonly Thing SisterDepartment = new(Region, OtherDepartment, OtherDepartment, Section);
    private static readonly Thing OtherSections = new(Region, OtherDepartment, OtherDepartment, OtherSection);
    private static readonly Thing OtherRegion = new(Region + 1, Unit, Department, Section);

    /// <summary>Role → which of (own unit, sister unit, sister department, other section, other region) exist for it.</summary>
    public static TheoryData<string, string> Sight => new()
    {
        { Roles.Unit, "own" },
        { Roles.UnitHead, "own" },
        { Roles.Department, "own sister-unit" },
        { Roles.Section, "own sister-unit sister-department" },
        { Roles.Performance, "own sister-unit sister-department other-section" },
        { Roles.Leader, "own sister-unit sister-department other-section" },
        { Roles.Audit, "own sister-unit sister-department other-section" },
        { Roles.Budget, "own sister-unit sister-department other-section" },
        { Roles.Treasury, "own sister-unit sister-department other-section" },
        { Roles.Agency, "" },
        { Roles.Expert, "" },
        { Roles.Congress, "" },
        { Roles.Government, "" },
        { Roles.Upper, "" },
        { Roles.Administrator, "" },
        { Roles.SecurityAdministrator, "" },
        { Roles.AuditAdministrator, "" },
    };

    /// <summary>Right → who may do it to what their own unit, department, section or bureau looks after.</summary>
    public static TheoryData<Right, string> Deeds => new()
    {
        { Right.SeeDraft, "UNIT UNIT_HEAD" },
        { Right.Fill, "UNIT UNIT_HEAD" },
        { Right.Reassign, "UNIT_HEAD FIN_PERF" },
        { Right.ReviewAsDepartment, "DEPT" },
        { Right.ReviewAsSection, "FIN_SECTION" },
        { Right.ReviewAsPerformance, "FIN_PERF" },
        { Right.ManageNotices, "FIN_PERF" },
        { Right.SignNotices, "FIN_LEADER" },
        { Right.Nudge, "DEPT FIN_SECTION FIN_PERF" },
        { Right.Extend, "FIN_PERF" },
        { Right.Waive, "FIN_PERF" },
        { Right.Void, "FIN_PERF" },
        { Right.Reopen, "FIN_SECTION FIN_PERF FIN_LEADER" },
        { Right.OrderRectification, "FIN_SECTION FIN_PERF" },
        { Right.ProposeResult, "FIN_SECTION FIN_PERF" },
        { Right.ImportProjects, "FIN_PERF FIN_BUDGET" },
        { Right.ManageOrganisation, "ADMIN" },
        { Right.ManageAccounts, "ADMIN" },
        { Right.GrantRoles, "SEC_ADMIN" },
        { Right.HandOverLeavers, "SEC_ADMIN" },
        { Right.ManageParameters, "FIN_PERF ADMIN" },
        { Right.ManageDelivery, "ADMIN" },
        { Right.SearchCases, "FIN_SECTION FIN_PERF FIN_LEADER FIN_BUDGET FIN_TREASURY" },
        { Right.OperateCases, "ADMIN" },
        { Right.PublishDefinitions, "ADMIN" },
        { Right.ReadSecurityLog, "AUDIT_ADMIN" },
    };

    [Fact]
    public void Tables_HaveARowForEveryRoleAndEveryRight()
    {
        Assert.Equal(Roles.All.Order(StringComparer.Ordinal), Sight.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
        Assert.Equal(Enum.GetValues<Right>().Where(r => r != Right.See).Order(), Deeds.Select(row => row.Data.Item1).Order());
    }

    [Theory]
    [MemberData(nameof(Sight))]
    public void Role_SeesWhatItsPlaceGives(string role, string visible)
    {
        var viewer = Holding(role);
        (string Name, Thing Thing)[] things =
            [("own", Own), ("sister-unit", SisterUnit), ("sister-department", SisterDepartment), ("other-section", OtherSections), ("other-region", OtherRegion)];
        var seen = things.Where(t => viewer.Sees(t.Thing)).Select(t => t.Name);

        Assert.Equal(visible, string.Join(' ', seen));
    }

    [Theory]
    [MemberData(nameof(Sight))]
    public void Rows_AreTheThingsThatExistForTheRole(string role, string visible)
    {
        var viewer = Holding(role);
        var rows = new[] { Own, SisterUnit, SisterDepartment, OtherSections, OtherRegion }.AsQueryable().VisibleTo(viewer).Count();

        Assert.Equal(visible.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length, rows);
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public void Right_IsHeldByItsRolesAlone(Right right, string holders)
    {
        var allowed = Roles.All.Where(role => Holding(role).May(right) is null).ToList();

        Assert.Equal(holders.Split(' ').Order(StringComparer.Ordinal), allowed.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Deeds))]
    public void Right_NeverReachesWhatIsOutOfSight(Right right, string holders)
    {
        foreach (var role in holders.Split(' '))
        {
            foreach (var thing in new[] { SisterUnit, SisterDepartment, OtherSections, OtherRegion }.Where(t => !Holding(role).Sees(t)))
            {
                Assert.Equal(RefusalKind.NotFound, Holding(role).May(right, thing)?.Kind);
            }
        }
    }

    [Fact]
    public void UnitAskingForAnothersItem_IsToldThatThereIsNone()
    {
        var refusal = Holding(Roles.Unit).May(Right.Fill, SisterUnit);

        Assert.Equal("not-found", refusal?.Code);
    }

    [Fact]
    public void WhoSeesButMayNot_IsToldTheRight()
    {
        var refusal = Holding(Roles.Unit).May(Right.Waive, Own);

        Assert.Equal(("right-waive", RefusalKind.Forbidden), (refusal?.Code, refusal?.Kind));
    }

    [Fact]
    public void DraftOfAUnit_DoesNotExistForItsReviewers()
    {
        foreach (var role in (string[])[Roles.Department, Roles.Section, Roles.Performance, Roles.Leader, Roles.Audit])
        {
            Assert.Equal(RefusalKind.NotFound, Holding(role).May(Right.SeeDraft, Own)?.Kind);
            Assert.Empty(new[] { Own }.AsQueryable().OwnedBy(Holding(role)));
        }

        Assert.Single(new[] { Own, SisterUnit }.AsQueryable().OwnedBy(Holding(Roles.Unit)));
    }

    [Fact]
    public void RolesAtTwoUnits_AddUpAndDoNotMix()
    {
        var viewer = Person(new Post(Roles.Unit, Unit, BodyKind.Unit, "", ""), new Post(Roles.Department, OtherDepartment, BodyKind.Department, "", ""));

        Assert.Null(viewer.May(Right.Fill, Own));
        Assert.Null(viewer.May(Right.ReviewAsDepartment, OtherSections));
        Assert.Equal(RefusalKind.Forbidden, viewer.May(Right.ReviewAsDepartment, Own)?.Kind);
        Assert.Equal(RefusalKind.Forbidden, viewer.May(Right.Fill, OtherSections)?.Kind);
    }

    [Fact]
    public void BudgetAndTreasury_ReadCasesAsEvidenceAndDecideNone()
    {
        foreach (var role in (string[])[Roles.Budget, Roles.Treasury])
        {
            Assert.True(Holding(role).Sees(Own, Matter.Budget));
            Assert.True(Holding(role).Sees(Own));
            Assert.Equal(RefusalKind.Forbidden, Holding(role).May(Right.ReviewAsPerformance, Own)?.Kind);
        }
    }

    private static Viewer Holding(string role) => role switch
    {
        Roles.Unit or Roles.UnitHead => Person(new Post(role, Unit, BodyKind.Unit, "", "")),
        Roles.Department => Person(new Post(role, Department, BodyKind.Department, "", "")),
        Roles.Section => Person(new Post(role, Section, BodyKind.Section, "", "")),
        _ => Person(new Post(role, Bureau, BodyKind.Bureau, "", "")),
    };

    private static Viewer Person(params Post[] posts) => new(5, "测某某", Region, "某县", new DateOnly(2023, 11, 1), posts);

    private sealed record Thing(int RegionId, long UnitId, long DepartmentId, long SectionId) : IScoped;
}
