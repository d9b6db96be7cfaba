/**
 * The types of the keys that neg's schedulers read of a `scheduler_config.json`; any may be null besides. A list, so that who only opens
 * a model, as a browser's worker does, needs no schedulers for it; scheduler-keys.test.ts holds it against their own schemas.
 */
const keys = {
  boolean:
    'clip_sample euler_at_final invert_sigmas lower_order_final predict_x0 rescale_betas_zero_snr set_alpha_to_one skip_prk_steps stochastic_sampling thresholding use_beta_sigmas use_clipped_model_output use_dynamic_shifting use_exponential_sigmas use_flow_sigmas use_karras_sigmas use_lu_lambdas',
  integer:
    'base_image_seq_len corrector_order max_image_seq_len num_train_timesteps order original_inference_steps predictor_order solver_order steps_offset',
  'integer[]': 'disable_corrector',
  null: 'solver_p tau_func',
  number:
    'base_shift beta_end beta_start clip_sample_range dynamic_thresholding_ratio eta flow_shift lambda_min_clipped max_shift mu rho s_churn s_noise s_tmax s_tmin sample_max_value shift shift_terminal sigma_data sigma_max sigma_min timestep_scaling',
  'number[]': 'trained_betas',
  string:
    'algorithm_type beta_schedule final_sigmas_type interpolation_type prediction_type sigma_schedule solver_type time_shift_type timestep_spacing timestep_type variance_type',
}

/** Key → the type of its values. */
export const schedulerKeys: ReadonlyMap<string, string> = new Map(
  Object.entries(keys).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
)
