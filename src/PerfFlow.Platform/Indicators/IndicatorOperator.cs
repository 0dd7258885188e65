namespace PerfFlow.Platform.Indicators;

/// <summary>How an actual value is held against the target (指标性质).</summary>
public enum IndicatorOperator
{
    /// <summary>≥: more is better.</summary>
    AtLeast,

    /// <summary>＞: more is better, the target itself does not do.</summary>
    MoreThan,

    /// <summary>＝.</summary>
    Equal,

    /// <summary>≤: less is better.</summary>
    AtMost,

    /// <summary>＜: less is better, the target itself does not do.</summary>
    LessThan,

    /// <summary>定性: judged in words, without a unit.</summary>
    Qualitative,
}

/// <summary>The sign of an operator, read and written.</summary>
public static class IndicatorOperators
{
    /// <summary>≥ ＞ ＝ ≤ ＜ 定性, as printed on the form.</summary>
    public static string Symbol(this IndicatorOperator value) => value switch
    {
        IndicatorOperator.AtLeast => "≥",
        IndicatorOperator.MoreThan => "＞",
        IndicatorOperator.Equal => "＝",
        IndicatorOperator.AtMost => "≤",
        IndicatorOperator.LessThan => "＜",
        _ => "定性",
    };

    /// <summary>Whether less is better; a 定性 target and ＝ are counted as positive (domain.md §4.1).</summary>
    public static bool IsReverse(this IndicatorOperator value) => value is IndicatorOperator.AtMost or IndicatorOperator.LessThan;

    /// <summary>Reads a sign in any of its usual writings; null when it is none.</summary>
    public static IndicatorOperator? Read(string text) => IndicatorNames.Narrow(text) switch
    {
        "≥" or ">=" or "=>" or "≧" or "大于等于" or "不低于" or "不少于" => IndicatorOperator.AtLeast,
        ">" or "大于" or "高于" => IndicatorOperator.MoreThan,
        "=" or "==" or "等于" => IndicatorOperator.Equal,
        "≤" or "<=" or "=<" or "≦" or "小于等于" or "不超过" or "不高于" => IndicatorOperator.AtMost,
        "<" or "小于" or "低于" => IndicatorOperator.LessThan,
        "定性" or "定性指标" => IndicatorOperator.Qualitative,
        _ => null,
    };
}
