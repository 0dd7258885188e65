namespace PerfFlow.Platform.Organisation;

/// <summary>
/// Roles of domain.md §1. What each may see and do is decided in <c>Access</c> alone; its Chinese name is the text
/// <c>role.&lt;code&gt;</c>.
/// </summary>
public static class Roles
{
    /// <summary>预算单位填报人. Also the filler of a department's own 本级 and of a town.</summary>
    public const string Unit = "UNIT";

    /// <summary>单位负责人: signs, hands items of leavers over.</summary>
    public const string UnitHead = "UNIT_HEAD";

    /// <summary>主管部门审核人.</summary>
    public const string Department = "DEPT";

    /// <summary>归口科室.</summary>
    public const string Section = "FIN_SECTION";

    /// <summary>绩效科.</summary>
    public const string Performance = "FIN_PERF";

    /// <summary>局领导.</summary>
    public const string Leader = "FIN_LEADER";

    /// <summary>预算科.</summary>
    public const string Budget = "FIN_BUDGET";

    /// <summary>国库科.</summary>
    public const string Treasury = "FIN_TREASURY";

    /// <summary>第三方机构.</summary>
    public const string Agency = "AGENCY";

    /// <summary>专家.</summary>
    public const string Expert = "EXPERT";

    /// <summary>人大.</summary>
    public const string Congress = "NPC";

    /// <summary>政府.</summary>
    public const string Government = "GOV";

    /// <summary>审计、纪检: reads, and every look is logged.</summary>
    public const string Audit = "AUDIT";

    /// <summary>上级财政.</summary>
    public const string Upper = "UPPER";

    /// <summary>系统管理员: organisations, accounts, calendars, parameters; no business data (三员分立).</summary>
    public const string Administrator = "ADMIN";

    /// <summary>安全管理员: grants roles and resets second factors.</summary>
    public const string SecurityAdministrator = "SEC_ADMIN";

    /// <summary>审计管理员: reads the security log.</summary>
    public const string AuditAdministrator = "AUDIT_ADMIN";

    /// <summary>In the order in which pages list them.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        Unit, UnitHead, Department, Section, Performance, Leader, Budget, Treasury,
        Agency, Expert, Congress, Government, Audit, Upper, Administrator, SecurityAdministrator, AuditAdministrator,
    ];

    /// <summary>Of the finance bureau.</summary>
    public static readonly IReadOnlyList<string> Finance = [Section, Performance, Leader, Budget, Treasury];

    /// <summary>三员: nobody holds two of them, or one of them beside a business role.</summary>
    public static bool IsOffice(string role) => role is Administrator or SecurityAdministrator or AuditAdministrator;

    /// <summary>A role is held where its tasks lie: a section's at the section, the bureau's at the bureau.</summary>
    public static bool Fits(string role, BodyKind kind) => role switch
    {
        Unit or UnitHead => kind is BodyKind.Unit or BodyKind.Department or BodyKind.Town,
        Department => kind is BodyKind.Department or BodyKind.Town,
        Section => kind is BodyKind.Section,
        _ => All.Contains(role) && kind is BodyKind.Bureau,
    };
}
