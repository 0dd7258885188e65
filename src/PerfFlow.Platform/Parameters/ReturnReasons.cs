namespace PerfFlow.Platform.Parameters;

/// <summary>A reason a reviewer ticks when returning a filing; the text is <c>returnReasons.&lt;code&gt;</c>.</summary>
/// <param name="Code">TH01 to TH09.</param>
/// <param name="Checks">Codes of checks whose findings preselect the reason in the return dialog.</param>
/// <param name="Source">The county in whose report the reason is named.</param>
public sealed record ReturnReason(string Code, IReadOnlyList<string> Checks, string Source)
{
    public string TextKey => $"returnReasons.{Code}";
}

/// <summary>The list of design §6: TH01–TH03 as 青田 names them, TH04–TH07 as 吴泾 does, TH09 for the rest.</summary>
public static class ReturnReasons
{
    /// <summary>填写不完整.</summary>
    public const string Incomplete = "TH01";

    /// <summary>目标不明确.</summary>
    public const string UnclearGoal = "TH02";

    /// <summary>未细化.</summary>
    public const string NotDetailed = "TH03";

    /// <summary>目标、预算、实施不匹配.</summary>
    public const string Mismatch = "TH04";

    /// <summary>可研不充分.</summary>
    public const string WeakFeasibility = "TH05";

    /// <summary>测算不合理.</summary>
    public const string WeakEstimate = "TH06";

    /// <summary>保障制度不健全.</summary>
    public const string WeakSafeguards = "TH07";

    /// <summary>其他.</summary>
    public const string Other = "TH09";

    public static IReadOnlyList<ReturnReason> All { get; } =
    [
        new(Incomplete, ["WZ01", "WZ02", "WZ03", "WZ04", "WZ05", "XH04"], "青田"),
        new(UnclearGoal, ["XH01", "XH02", "XG01"], "青田"),
        new(NotDetailed, ["XH03", "XH04", "XH05", "WZ06", "QZ03"], "青田"),
        new(Mismatch, ["XG01", "XG02", "XG04", "SD02", "SD04", "KX01", "KX02"], "吴泾"),
        new(WeakFeasibility, ["KX03", "KX01"], "吴泾"),
        new(WeakEstimate, ["SD01", "SD03", "SD05"], "吴泾"),
        new(WeakSafeguards, ["KX03"], "吴泾"),
        new(Other, ["XG03"], "design"),
    ];

    /// <summary>Null for a code that is none.</summary>
    public static ReturnReason? Find(string code) => All.FirstOrDefault(r => r.Code == code);
}
