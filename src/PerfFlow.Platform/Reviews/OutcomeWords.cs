using PerfFlow.Platform.Ui;

namespace PerfFlow.Platform.Reviews;

/// <summary>What a decision is called: the same outcome has another name in another link of the chain (销号, 终审通过, 准予延期).</summary>
public static class OutcomeWords
{
    /// <summary>
    /// The text <c>outcomes.&lt;definition&gt;.&lt;outcome&gt;</c>, before it that of <paramref name="role"/> alone (the bureau concludes
    /// 项目无问题 where the department on the way merely passes), else <c>outcomes.&lt;outcome&gt;</c> or what every act is called.
    /// </summary>
    public static string Of(Texts texts, string definition, string outcome, string? role = null)
    {
        ArgumentNullException.ThrowIfNull(texts);
        string[] keys = [$"outcomes.{definition}.{role}.{outcome}", $"outcomes.{definition}.{outcome}", $"outcomes.{outcome}"];
        return texts[Array.Find(keys, texts.Has) ?? $"inbox.act.Complete.{outcome}"];
    }

    /// <summary>Where a case stands: the same end has another name in another link (销号, 已入账).</summary>
    public static string State(Texts texts, string definition, string state)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return texts.Has($"state.{definition}.{state}") ? texts[$"state.{definition}.{state}"] : texts[$"state.{state}"];
    }
}
